"""A stand-in for DeepISLES inside its image, for tests: its class, its call, its temporary folder."""

import json
import os
import subprocess
import tempfile


class IslesEnsemble:
    def predict_ensemble(
        self,
        ensemble_path,
        input_dwi_path,
        input_adc_path,
        output_path,
        input_flair_path=None,
        skull_strip=False,
        fast=False,
        save_team_outputs=False,
        parallelize=True,
        results_mni=False,
        weights_dir=None,
    ):
        assert os.getcwd() == ensemble_path, "run from its own folder"
        inputs = {
            "dwi": input_dwi_path,
            "adc": input_adc_path,
            "flair": input_flair_path,
            "output": output_path,
            "work": tempfile.mkdtemp(prefix="tmp", dir="/tmp"),
            "seals": os.path.join(ensemble_path, "src", "SEALS"),
            "fast": fast,
            "skullStrip": skull_strip,
            "teamOutputs": save_team_outputs,
            "mni": results_mni,
            "parallel": parallelize,
        }
        code = os.environ["STANDIN_CODE"]
        done = subprocess.run([os.environ["STANDIN_NODE"], os.path.join(code, "models.ts"), json.dumps(inputs)])
        if done.returncode != 0:
            raise SystemExit(done.returncode)

"""Runs DeepISLES inside its own image: python adapter.py REQUEST.json

For the image's Python 3.8. Calls the public class of DeepISLES and changes nothing of its files. Two things are done
for it: its temporary folder, which it makes in /tmp under a random name and leaves there when it fails, is put where
Atoll removes it; and when Atoll is gone, so is everything of this run.
"""

import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time


def start_time(pid):
    """When a process began, in clock ticks since boot; None when it is gone. A number may be given out again."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as stat:
            return stat.read().rsplit(b")", 1)[1].split()[19]
    except (OSError, IndexError):
        return None


def end_with(owner):
    """Ends the whole process group when the owner is gone."""
    began = start_time(owner)

    def watch():
        while start_time(owner) == began:
            time.sleep(1)
        os.killpg(os.getpgid(0), signal.SIGKILL)

    if began is not None:
        threading.Thread(target=watch, daemon=True).start()


def hold_name(name):
    """While this process lives, nobody else's run begins: Atoll waits for the name."""
    held = socket.socket(socket.AF_UNIX)
    held.bind("\0" + name)
    return held


def put_temporary_folder(path):
    """The first temporary folder that DeepISLES asks for becomes this one."""
    make = tempfile.mkdtemp
    asked = []

    def mkdtemp(suffix=None, prefix=None, dir=None):
        if asked or prefix != "tmp" or dir != "/tmp":
            return make(suffix, prefix, dir)
        asked.append(path)
        os.mkdir(path)
        return path

    tempfile.mkdtemp = mkdtemp


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    held = hold_name(request["name"])
    # None in a container of its own, where the owner cannot be seen and ends this from outside.
    if request["owner"] is not None:
        end_with(request["owner"])
    put_temporary_folder(request["work"])
    os.chdir(request["app"])
    sys.path.insert(0, request["app"])

    from src.isles22_ensemble import IslesEnsemble

    IslesEnsemble().predict_ensemble(
        ensemble_path=request["app"],
        input_dwi_path=request["dwi"],
        input_adc_path=request["adc"],
        input_flair_path=request["flair"],
        output_path=request["output"],
        fast=request["fast"],
        skull_strip=request["skull_strip"],
        save_team_outputs=request["save_team_outputs"],
        results_mni=request["results_mni"],
        parallelize=request["parallelize"],
    )
    held.close()


if __name__ == "__main__":
    main()

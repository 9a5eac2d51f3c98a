"""Reads DICOM segmentations with pydicom, which knows nothing of Atoll, and prints as JSON what each one says.

Every marked pixel is placed by the frame's own position, orientation and spacing (PS3.3 C.7.6.2.1.1), in LPS+ mm.
"""
import json
import sys

import numpy as np
import pydicom


def read(path):
    seg = pydicom.dcmread(path)
    shared = seg.SharedFunctionalGroupsSequence[0]
    orientation = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
    row_mm, column_mm = (float(mm) for mm in shared.PixelMeasuresSequence[0].PixelSpacing)
    pixels = seg.pixel_array.reshape(seg.NumberOfFrames, seg.Rows, seg.Columns)
    points, frames = [], []
    for groups, frame in zip(seg.PerFrameFunctionalGroupsSequence, pixels):
        position = np.array(groups.PlanePositionSequence[0].ImagePositionPatient, float)
        rows, columns = np.nonzero(frame)
        along = np.outer(columns * column_mm, orientation[:3])
        down = np.outer(rows * row_mm, orientation[3:])
        points += (position + along + down).tolist()
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        frames.append({
            "position": position.tolist(),
            "marked": int(np.count_nonzero(frame)),
            "source": source.ReferencedSOPInstanceUID,
            "sourceFrame": int(source.get("ReferencedFrameNumber", 0)),
            "index": list(groups.FrameContentSequence[0].DimensionIndexValues),
        })
    series = seg.ReferencedSeriesSequence[0]
    segment = seg.SegmentSequence[0]
    return {
        "sopClass": seg.SOPClassUID.name,
        "type": seg.SegmentationType,
        "segments": len(seg.SegmentSequence),
        "property": segment.SegmentedPropertyTypeCodeSequence[0].CodeMeaning,
        "algorithm": segment.get("SegmentAlgorithmName", segment.SegmentAlgorithmType),
        "patient": str(seg.PatientName),
        "patientId": seg.PatientID,
        "study": seg.StudyInstanceUID,
        "series": seg.SeriesInstanceUID,
        "instance": seg.SOPInstanceUID,
        "frameOfReference": seg.FrameOfReferenceUID,
        "description": seg.SeriesDescription,
        "orientation": orientation.tolist(),
        "referencedSeries": series.SeriesInstanceUID,
        "referencedInstances": [item.ReferencedSOPInstanceUID for item in series.ReferencedInstanceSequence],
        "frames": frames,
        "points": points,
        "pixelData": seg.PixelData.hex(),
    }


print(json.dumps([read(path) for path in sys.argv[1:]]))

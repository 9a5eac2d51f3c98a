"""Reads DICOM structured reports and encapsulated documents with pydicom, which knows nothing of Atoll, as JSON."""
import json
import sys

import pydicom


def value_of(item):
    kind = item.ValueType
    if kind == "CODE":
        code = item.ConceptCodeSequence[0]
        return f"{code.CodeValue} {code.CodingSchemeDesignator} {code.CodeMeaning}"
    if kind == "TEXT":
        return item.TextValue
    if kind == "UIDREF":
        return item.UID
    if kind == "NUM":
        measured = item.MeasuredValueSequence[0]
        return f"{measured.NumericValue} {measured.MeasurementUnitsCodeSequence[0].CodeValue}"
    if kind == "IMAGE":
        image = item.ReferencedSOPSequence[0]
        return f"{image.ReferencedSOPInstanceUID} {image.get('ReferencedSegmentNumber', '')}"
    return ""


def items_of(parent, depth=0):
    for item in parent.get("ContentSequence", []):
        yield {"name": item.ConceptNameCodeSequence[0].CodeMeaning, "value": value_of(item), "depth": depth}
        yield from items_of(item, depth + 1)


def read(path):
    file = pydicom.dcmread(path)
    evidence = [
        sop.ReferencedSOPInstanceUID
        for study in file.get("CurrentRequestedProcedureEvidenceSequence", [])
        for series in study.ReferencedSeriesSequence
        for sop in series.ReferencedSOPSequence
    ]
    source = [sop.ReferencedSOPInstanceUID for sop in file.get("SourceInstanceSequence", [])]
    length = file.get("EncapsulatedDocumentLength", 0)
    return {
        "sopClass": file.SOPClassUID.name,
        "modality": file.Modality,
        "patient": str(file.PatientName),
        "study": file.StudyInstanceUID,
        "series": file.SeriesInstanceUID,
        "instance": file.SOPInstanceUID,
        "verification": file.VerificationFlag,
        "items": list(items_of(file)),
        "referencedInstances": evidence + source,
        "document": file.get("EncapsulatedDocument", b"")[:length].hex(),
    }


print(json.dumps([read(path) for path in sys.argv[1:]]))

-- Orthanc as an interpreter between DIMSE (C-STORE) and Atoll's DICOMweb. What a scanner or an archive sends is passed
-- on to Atoll when it is complete; what Atoll stores here goes back by C-STORE to whoever sent the study, or to the
-- modality that GATEWAY_RESULTS_TO names. Settings: orthanc.json beside this file.

local ofAtoll = { SEG = true, SR = true, DOC = true }

function isResult(tags)
  return tags['Manufacturer'] == 'Atoll' and ofAtoll[tags['Modality']] == true
end

-- Results, as they come.
function OnStoredInstance(instanceId, tags, metadata, origin)
  if not isResult(tags) then return end
  local target = os.getenv('GATEWAY_RESULTS_TO')
  if target == nil or target == '' then target = senderOf(instanceId) end
  if target == nil then
    print('Atoll: a result has nobody to go to; set GATEWAY_RESULTS_TO.')
    return
  end
  -- As a job: Orthanc lists it, and it can be sent again where it failed.
  RestApiPost('/modalities/' .. target .. '/store', DumpJson({
    Resources = { instanceId }, Synchronous = false, Permissive = true
  }, true))
end

-- Name of the modality whose AE title sent the first image of the study.
function senderOf(instanceId)
  local study = ParseJson(RestApiGet('/instances/' .. instanceId .. '/study'))
  local modalities = ParseJson(RestApiGet('/modalities?expand'))
  for _, other in pairs(ParseJson(RestApiGet('/studies/' .. study['ID'] .. '/instances'))) do
    local ok, title = pcall(RestApiGet, '/instances/' .. other['ID'] .. '/metadata/RemoteAET')
    if ok and title ~= nil and title ~= '' then
      for name, modality in pairs(modalities) do
        if modality['AET'] == title then return name end
      end
    end
  end
  return nil
end

-- Whole studies: nothing has come for StableAge seconds. Results are Atoll's own, and are not sent back to it.
function OnStableStudy(studyId, tags, metadata)
  local images = {}
  for _, series in pairs(ParseJson(RestApiGet('/studies/' .. studyId .. '/series'))) do
    local main = series['MainDicomTags']
    if not (main['Manufacturer'] == 'Atoll' and ofAtoll[main['Modality']]) then
      table.insert(images, series['ID'])
    end
  end
  if #images == 0 then return end
  RestApiPost('/dicom-web/servers/atoll/stow', DumpJson({
    Resources = images, Synchronous = false
  }, true))
end

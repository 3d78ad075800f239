// For `azd up`: a resource group, and in it the template that `npm run synth:azure` writes.
targetScope = 'subscription'

@description('The name of the azd environment')
@minLength(1)
@maxLength(64)
param environmentName string

@description('A region that has Flex Consumption')
@minLength(1)
param location string

@description('The object id of whoever deploys, to fill the vault')
param principalId string = ''

resource group 'Microsoft.Resources/resourceGroups@2022-09-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: {
    'azd-env-name': environmentName
  }
}

module service '../../dist/azure-infra/main.json' = {
  name: 'remote-storage'
  scope: group
  params: {
    location: location
    deployerId: principalId
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_KEY_VAULT_NAME string = service.outputs.vaultName
output AZURE_APP_ID string = service.outputs.appId
output SERVICE_URL string = service.outputs.url
output SERVICE_IDENTITY_PRINCIPAL_ID string = service.outputs.identityPrincipalId

/** Every option at once. */
export const EVERYTHING: Readonly<Record<string, string>> = {
  DEPLOY_REST_API: "true",
  DEPLOY_DOMAIN: "pictures.example.com",
  DEPLOY_CERTIFICATE:
    "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
  DEPLOY_API_DOMAIN: "storage.example.com",
  DEPLOY_API_CERTIFICATE:
    "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
  DEPLOY_WEB_ACL:
    "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/12345678-1234-1234-1234-123456789012",
  DEPLOY_API_WEB_ACL:
    "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/b/12345678-1234-1234-1234-123456789012",
  DEPLOY_KMS_KEY: "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012",
  DEPLOY_PERMISSIONS_BOUNDARY: "arn:aws:iam::111122223333:policy/boundary",
  DEPLOY_ALARM_TOPIC: "arn:aws:sns:eu-central-1:111122223333:alarms",
  DEPLOY_MIGRATION_FROM: "public/",
  DEPLOY_MIGRATION_TO: "private/cars/",
  DEPLOY_CALLERS: "444455556666, arn:aws:iam::777788889999:role/labelling",
  DEPLOY_LOG_DAYS: "90",
  DEPLOY_TAGS: "team=vision, cost-centre=42",
  STORAGE_BUCKET_PREFIX: "vision",
  CORS_ORIGINS: "https://app.example.com",
  SIGNED_URL_MAX_EXPIRES: "12h",
};

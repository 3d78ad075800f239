// Runs at the CDN's edge, before its cache: browsers spell Accept in hundreds of ways, of which the
// service tells three apart. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
// oxlint-disable-next-line no-unused-vars
function handler(event) {
  const { request } = event;
  const given = request.headers.accept ? request.headers.accept.value : "";
  const modern = ["image/avif", "image/webp"].filter((type) => given.includes(type));
  request.headers.accept = { value: modern.concat("*/*").join(",") };
  return request;
}

declare module "aws4" {
  interface Aws4Request {
    host: string;
    path: string;
    service: string;
    region: string;
    signQuery: boolean;
  }
  const aws4: {
    sign(
      request: Aws4Request,
      credentials: { accessKeyId: string; secretAccessKey: string },
    ): { path: string };
  };
  export default aws4;
}

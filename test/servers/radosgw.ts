import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinary } from "./binary.ts";
import { answers, freePort, run, type Running, start } from "./process.ts";
import type { S3Server } from "./s3-server.ts";

export interface Radosgw extends S3Server {
  /** Runs `radosgw-admin` against it. */
  admin(...args: readonly string[]): string;
}

/**
 * Ceph's S3 gateway, which checks every signature and answers STS: one monitor, one store in memory,
 * one gateway, all on 127.0.0.1 with a throw-away folder. It takes about ten seconds.
 */
export async function startRadosgw(): Promise<Radosgw> {
  const mon = findBinary("ceph-mon");
  const osd = findBinary("ceph-osd");
  const gateway = findBinary("radosgw");
  const ceph = findBinary("ceph");
  const admin = findBinary("radosgw-admin");
  const authtool = findBinary("ceph-authtool");
  const monmaptool = findBinary("monmaptool");
  const folder = await mkdtemp(join(tmpdir(), "radosgw-"));
  const [port, monitorPort, fsid] = [await freePort(), await freePort(), randomUUID()];
  for (const name of ["mon", "osd", "rgw", "run"]) await mkdir(join(folder, name));
  const conf = join(folder, "ceph.conf");
  await writeFile(conf, configuration(folder, fsid, port, monitorPort));
  const env = { CEPH_CONF: conf };
  const keyring = join(folder, "keyring");
  const monmap = join(folder, "monmap");
  const started: Running[] = [];
  const stop = async (): Promise<void> => {
    for (const running of started.toReversed()) await running.stop();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    const all = ["--cap", "mon", "allow *", "--cap", "osd", "allow *"];
    const keys: readonly (readonly [name: string, ...caps: string[]])[] = [
      ["mon.", "--cap", "mon", "allow *"],
      ["client.admin", ...all],
      ["client.rgw.a", ...all],
      ["osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *"],
    ];
    run(authtool, ["--create-keyring", keyring]);
    for (const [name, ...caps] of keys) run(authtool, [keyring, "--gen-key", "-n", name, ...caps]);
    const map = ["--create", "--clobber", "--fsid", fsid];
    run(monmaptool, [...map, "--addv", "a", `v2:127.0.0.1:${monitorPort}`, monmap]);
    run(mon, ["--mkfs", "-i", "a", "--monmap", monmap, "--keyring", keyring], env);
    started.push(start(mon, ["-f", "-i", "a"], env));
    const osdId = randomUUID();
    run(ceph, ["osd", "new", osdId], env);
    run(osd, ["-i", "0", "--mkfs", "--osd-uuid", osdId], env);
    started.push(start(osd, ["-f", "-i", "0"], env));
    const serving = start(gateway, ["-n", "client.rgw.a", "-f"], env);
    started.push(serving);
    const endpoint = `http://127.0.0.1:${port}`;
    await answers(endpoint, serving);
    const [accessKey, secretKey] = ["AKIATEST", "test-secret"];
    const user = ["--uid", "test", "--display-name", "test", "--caps", "roles=*"];
    const call = (...args: readonly string[]): string =>
      run(admin, ["-n", "client.rgw.a", ...args], env);
    call("user", "create", ...user, "--access-key", accessKey, "--secret-key", secretKey);
    return { endpoint, accessKey, secretKey, admin: call, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(folder: string, fsid: string, port: number, monitorPort: number): string {
  return `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${monitorPort}
mon initial members = a
keyring = ${folder}/keyring
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = ${folder}/run
admin socket = ${folder}/run/$cluster-$name.asok
log file = ${folder}/run/$name.log
pid file = ${folder}/run/$name.pid
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
mon warn on pool no redundancy = false
mon allow pool size one = true
osd objectstore = memstore
memstore device bytes = 1073741824
osd class load list = *
osd class default list = *
mon data = ${folder}/mon
osd data = ${folder}/osd
mon data avail crit = 1
mon data avail warn = 2
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw data = ${folder}/rgw
rgw sts key = abcdefghijklmnop
rgw s3 auth use sts = true
rgw sts min session duration = 1
rgw dynamic resharding = false
`;
}

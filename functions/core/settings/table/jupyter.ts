import { boolean } from "../setting.ts";

/** What `remote-storage jupyter` does. */
export const JUPYTER_SETTINGS = {
  jupyterSync: boolean("STORAGE_JUPYTER_SYNC", "Notebooks are kept in the storage"),
  jupyterDownload: boolean(
    "JUPYTER_DOWNLOAD_FILES_BEFORE_START",
    "Notebooks are fetched before Jupyter starts",
  ),
};

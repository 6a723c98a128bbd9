export { TestReducer } from "../../notebooks/tutorial/reducer.ts";
export { TestWorker } from "../../notebooks/tutorial/worker.ts";

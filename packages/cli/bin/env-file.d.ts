export declare function readEnvFile(path: string, env: NodeJS.ProcessEnv): string | null;

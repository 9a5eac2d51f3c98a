export declare function ownFolder(path: string): void;
export declare function checkOwner(path: string): void;

// onnxruntime 1.30 reports its use to its maker, unless this variable is set before the library starts. It
// reads the process's own environment, which only the main thread can change: the pool imports this module
// before its workers do.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

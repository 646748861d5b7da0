namespace Mote.Cli.Bench;

/// <summary>What one run of a client has got done: so many units (requests, bytes) in so many seconds.</summary>
internal readonly record struct NetLoad(double Units, double Seconds);

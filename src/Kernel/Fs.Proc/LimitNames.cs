using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Fs.Proc;

/// <summary>The lines of /proc/PID/limits: name, unit and number of each limit (getrlimit(2)).</summary>
internal static class LimitNames
{
    public const int Count = 16;

    public static void Describe(int line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> unit, out int kind)
    {
        kind = line;
        switch (line)
        {
            case 0: name = "Max cpu time"u8; unit = "seconds"u8; break;
            case 1: name = "Max file size"u8; unit = "bytes"u8; break;
            case 2: name = "Max data size"u8; unit = "bytes"u8; break;
            case 3: name = "Max stack size"u8; unit = "bytes"u8; break;
            case 4: name = "Max core file size"u8; unit = "bytes"u8; break;
            case 5: name = "Max resident set"u8; unit = "bytes"u8; break;
            case 6: name = "Max processes"u8; unit = "processes"u8; break;
            case 7: name = "Max open files"u8; unit = "files"u8; break;
            case 8: name = "Max locked memory"u8; unit = "bytes"u8; break;
            case 9: name = "Max address space"u8; unit = "bytes"u8; break;
            case 10: name = "Max file locks"u8; unit = "locks"u8; break;
            case 11: name = "Max pending signals"u8; unit = "signals"u8; break;
            case 12: name = "Max msgqueue size"u8; unit = "bytes"u8; break;
            case 13: name = "Max nice priority"u8; unit = default; break;
            case 14: name = "Max realtime priority"u8; unit = default; break;
            default: name = "Max realtime timeout"u8; unit = "us"u8; break;
        }
    }

    public static ulong Soft(Process process, int kind) => process.Limits.Soft((ResourceKind)kind);

    public static ulong Hard(Process process, int kind) => process.Limits.Hard((ResourceKind)kind);
}

using System.Runtime.CompilerServices;

namespace Mote.Kernel.Processes;

/// <summary>What a process has moved by read(2), write(2) and their kin: the first lines of /proc/PID/io (proc_pid_io(5)).</summary>
public sealed class TransferCounts
{
    /// <summary>Bytes read: rchar.</summary>
    public ulong ReadBytes { get; private set; }

    /// <summary>Bytes written: wchar.</summary>
    public ulong WrittenBytes { get; private set; }

    /// <summary>Reads: syscr. One that fails in the file counts, one that is refused before does not.</summary>
    public ulong Reads { get; private set; }

    /// <summary>Writes: syscw.</summary>
    public ulong Writes { get; private set; }

    /// <summary>A read is over; <paramref name="bytes"/> is zero when it failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountRead(long bytes)
    {
        unchecked
        {
            ReadBytes += (ulong)bytes;
            Reads++;
        }
    }

    /// <summary>A write is over; <paramref name="bytes"/> is zero when it failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CountWrite(long bytes)
    {
        unchecked
        {
            WrittenBytes += (ulong)bytes;
            Writes++;
        }
    }
}

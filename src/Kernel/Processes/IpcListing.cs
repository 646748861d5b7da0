using System;

namespace Mote.Kernel.Processes;

/// <summary>The objects of System V IPC as others list them (sysvipc(7)).</summary>
public abstract class IpcListing
{
    /// <summary>Bytes that <see cref="TryDescribe"/> may write.</summary>
    public const int StatusBytes = 128;

    /// <summary>Places in use lie below this number.</summary>
    public abstract int End(IpcKind kind);

    /// <summary>Writes the object at a place as its _STAT command does (struct shmid64_ds and its like). False when there is none.</summary>
    public abstract bool TryDescribe(IpcKind kind, int index, Span<byte> status, out int id);
}

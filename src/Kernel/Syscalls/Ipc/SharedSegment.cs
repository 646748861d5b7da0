using System;
using System.Buffers.Binary;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>A shared memory segment: an unnamed file in memory, and who has it attached.</summary>
internal sealed class SharedSegment(int key, uint mode, FsContext creator, OpenFile memory, ulong size, int processId) : IpcObject(key, mode, creator)
{
    /// <summary>Size of struct shmid64_ds.</summary>
    public const int StatusBytes = 112;

    private const uint DestroyedMode = 0x200; // SHM_DEST
    private const uint LockedMode = 0x400; // SHM_LOCKED

    /// <summary>Holds the memory; each attachment has an open file of its own.</summary>
    public OpenFile Memory { get; } = memory;

    public override ulong Size => size;

    public int Attachments { get; set; }

    public long AttachTime { get; set; }

    public long DetachTime { get; set; }

    /// <summary>The process that attached or detached last.</summary>
    public int LastProcess { get; set; }

    public bool IsLocked { get; set; }

    /// <summary>IPC_RMID: gone with the last attachment.</summary>
    public bool IsDoomed { get; set; }

    protected override uint ShownMode => Mode | (IsDoomed ? DestroyedMode : 0) | (IsLocked ? LockedMode : 0);

    public override void Describe(Span<byte> to)
    {
        base.Describe(to);
        BinaryPrimitives.WriteUInt64LittleEndian(to[48..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], AttachTime);
        BinaryPrimitives.WriteInt64LittleEndian(to[64..], DetachTime);
        BinaryPrimitives.WriteInt64LittleEndian(to[72..], Changed);
        BinaryPrimitives.WriteInt32LittleEndian(to[80..], processId);
        BinaryPrimitives.WriteInt32LittleEndian(to[84..], LastProcess);
        BinaryPrimitives.WriteInt64LittleEndian(to[88..], Attachments);
    }
}

using System;
using System.Buffers.Binary;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>
/// A set of semaphores. Whoever changes one also does what others wait to do with the set, as far as that has become possible: in the
/// order in which they came, so
/// that nobody who comes later takes it from them (update_queue in Linux's ipc/sem.c).
/// </summary>
internal sealed partial class SemaphoreSet(int key, uint mode, FsContext creator, int count) : IpcObject(key, mode, creator)
{
    /// <summary>Size of struct semid64_ds.</summary>
    public const int StatusBytes = 104;

    /// <summary>SEMVMX.</summary>
    public const int MaximumValue = 32767;

    public int[] Values { get; } = new int[count];

    /// <summary>The process that last changed each.</summary>
    public int[] Processes { get; } = new int[count];

    /// <summary>What SEM_UNDO would add to each at the end of the process; null until it is used.</summary>
    public int[]? Undone { get; private set; }

    public override ulong Size => (ulong)count;

    /// <summary>Seconds of the last operation.</summary>
    public long OperationTime { get; set; }

    public override void Describe(Span<byte> to)
    {
        base.Describe(to);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], OperationTime);
        BinaryPrimitives.WriteInt64LittleEndian(to[64..], Changed);
        BinaryPrimitives.WriteInt64LittleEndian(to[80..], Values.Length);
    }
}

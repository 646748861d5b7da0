using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>struct sembuf, semop(2).</summary>
internal readonly record struct SemaphoreOperation(ushort Number, short Change, ushort Flags)
{
    /// <summary>Bytes of one in a program's memory.</summary>
    public const int Bytes = 6;

    private const ushort NoWait = 0x800; // IPC_NOWAIT
    private const ushort Undo = 0x1000; // SEM_UNDO

    /// <summary>Reads one as it lies in a program's memory.</summary>
    public static SemaphoreOperation Read(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(from), BinaryPrimitives.ReadInt16LittleEndian(from[2..]), BinaryPrimitives.ReadUInt16LittleEndian(from[4..]));

    public bool MustNotWait => (Flags & NoWait) != 0;

    public bool IsUndone => (Flags & Undo) != 0;

    /// <summary>Whether it has to wait while its semaphore has this value.</summary>
    public bool IsBlockedAt(int value) => Change == 0 ? value != 0 : value + Change < 0;
}

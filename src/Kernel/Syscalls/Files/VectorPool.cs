using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>Arrays of struct iovec out of a program's memory: few on the stack, more in an array that is lent and given back.</summary>
internal sealed class VectorPool
{
    /// <summary>UIO_MAXIOV.</summary>
    public const int Maximum = 1024;

    /// <summary>For as many the caller has room on its stack.</summary>
    public const int OnStack = 16;

    private const int VectorBytes = 16;
    private const ulong MaximumBytes = 0x7fff_f000; // MAX_RW_COUNT

    private readonly Stack<IoVector[]> _arrays = new();

    /// <summary>Reads the program's struct iovec array. EINVAL for too many or a negative length, EFAULT.</summary>
    public static Result<int> Read(AddressSpace space, VirtAddr address, ulong count, Span<IoVector> vectors)
    {
        if (count > Maximum)
        {
            return Errno.EINVAL;
        }

        Span<byte> bytes = stackalloc byte[VectorBytes];
        ulong total = 0;
        for (int i = 0; i < (int)count; i++)
        {
            if (space.Read(address + ((ulong)i * VectorBytes), bytes) != VectorBytes)
            {
                return Errno.EFAULT;
            }

            ulong start = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            if (length > long.MaxValue)
            {
                return Errno.EINVAL;
            }

            if (!VirtAddr.IsUserRange(new VirtAddr(start), length))
            {
                return Errno.EFAULT;
            }

            length = Math.Min(length, MaximumBytes - total);
            total += length;
            vectors[i] = new IoVector(new VirtAddr(start), length);
        }

        return (int)count;
    }

    /// <summary>An array for so many pieces; null when <see cref="OnStack"/> are enough.</summary>
    public IoVector[]? Rent(int count)
    {
        if (count <= OnStack)
        {
            return null;
        }

        return _arrays.TryPop(out IoVector[]? array) ? array : Make();
    }

    [MayAllocate("only when more are in use than ever before")]
    private static IoVector[] Make() => new IoVector[Maximum];

    [MayAllocate("grows to the number of arrays that there are")]
    public void Return(IoVector[]? array)
    {
        if (array != null)
        {
            _arrays.Push(array);
        }
    }
}

using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// process_vm_readv(2), process_vm_writev(2), process_madvise(2).
public sealed partial class ProcessCalls
{
    private const int VectorBytes = 16;
    private const ulong MostVectors = 1024;
    private const int PieceBytes = 1024;
    private const ulong MostBytes = 0x7fff_f000; // MAX_RW_COUNT, of the own ranges (import_iovec)

    private void AddMemory(SyscallTable table)
    {
        table.Add(SyscallNumber.ProcessVmReadv, (in SyscallArguments a) => CopyMemory(in a, writes: false));
        table.Add(SyscallNumber.ProcessVmWritev, (in SyscallArguments a) => CopyMemory(in a, writes: true));
    }

    private Result<long> CopyMemory(in SyscallArguments a, bool writes)
    {
        if (a.A5 != 0 || a.A2 > MostVectors || a.A4 > MostVectors)
        {
            return Errno.EINVAL;
        }

        ulong remote = 0;
        Errno error = CheckVectors(in a, a.Address1, a.A2, out ulong wanted);
        error = error == Errno.None ? CheckVectors(in a, a.Address3, a.A4, out remote) : error;
        if (error != Errno.None || wanted == 0 || remote == 0)
        {
            return error != Errno.None ? error : 0;
        }

        Process? process = host.FindThread(a.Int0)?.Process ?? host.FindProcess(a.Int0);
        if (process == null)
        {
            return Errno.ESRCH;
        }

        Span<byte> piece = stackalloc byte[PieceBytes];
        VectorWalk own = new(a.Space, a.Address1, a.A2);
        VectorWalk others = new(a.Space, a.Address3, a.A4);
        ulong left = Math.Min(wanted, MostBytes);
        ulong step = 0;
        long done = 0;
        while (left > 0 && own.TryAdvance() && others.TryAdvance())
        {
            int length = (int)Math.Min(Math.Min(Math.Min(own.Left, others.Left), left), (ulong)piece.Length);
            Span<byte> part = piece[..length];
            (AddressSpace from, VirtAddr source) = writes ? (a.Space, own.At) : (process.Space, others.At);
            (AddressSpace to, VirtAddr target) = writes ? (process.Space, others.At) : (a.Space, own.At);
            int copied = from.Read(source, part);
            copied = copied == 0 ? 0 : to.Write(target, part[..copied]);
            done += copied;
            own.Take((ulong)copied);
            others.Take((ulong)copied);
            if (copied < length)
            {
                return done > 0 ? done : Errno.EFAULT;
            }

            left -= (ulong)length;
            step += (ulong)length;
            if (step >= LongWork.StepBytes)
            {
                step = 0;
                if (!LongWork.IsWanted() || process.HasExited)
                {
                    break;
                }
            }
        }

        return done;
    }

    private Result<long> AdviseProcess(in SyscallArguments a)
    {
        MemoryAdvice advice = (MemoryAdvice)a.Int3;
        if (unchecked((uint)a.A4) != 0 || a.A2 > MostVectors)
        {
            return Errno.EINVAL;
        }

        Errno error = CheckVectors(in a, a.Address1, a.A2, out _);
        if (error != Errno.None)
        {
            return error;
        }

        if (a.Process.Files.Get(a.Int0) is not ProcessFile file)
        {
            return Errno.EBADF;
        }

        if (advice is not (MemoryAdvice.Cold or MemoryAdvice.PageOut or MemoryAdvice.WillNeed or MemoryAdvice.Collapse))
        {
            return Errno.EINVAL;
        }

        long done = 0;
        VectorWalk ranges = new(a.Space, a.Address1, a.A2);
        while (ranges.TryAdvance())
        {
            ulong length = unchecked(ranges.Left + PageSize.Bytes - 1) & ~(ulong)(PageSize.Bytes - 1);
            error = !ranges.At.IsPageAligned || length < ranges.Left || !VirtAddr.IsUserRange(ranges.At, length) ? Errno.EINVAL
                : file.Process.Memory.Advise(ranges.At, length, advice);
            if (error != Errno.None)
            {
                return done > 0 ? done : error;
            }

            done += (long)ranges.Left;
            ranges.Take(ranges.Left);
        }

        return done;
    }

    /// <summary>Looks at all of an array of struct iovec. EFAULT; EINVAL for a length, or a sum, that is no positive number.</summary>
    private static Errno CheckVectors(in SyscallArguments a, VirtAddr vectors, ulong count, out ulong total)
    {
        total = 0;
        for (ulong i = 0; i < count; i++)
        {
            if (!a.Space.TryRead(vectors + (i * VectorBytes) + 8, out ulong length) || !a.Space.TryRead(vectors + (i * VectorBytes), out ulong _))
            {
                return Errno.EFAULT;
            }

            if (length > long.MaxValue || (total += length) > long.MaxValue)
            {
                return Errno.EINVAL;
            }
        }

        return Errno.None;
    }

    /// <summary>Goes through an array of struct iovec in the program's memory.</summary>
    private ref struct VectorWalk(AddressSpace space, VirtAddr vectors, ulong count)
    {
        private ulong _next;

        public VirtAddr At { get; private set; }

        public ulong Left { get; private set; }

        /// <summary>Finds the next range with something in it. False at the end.</summary>
        public bool TryAdvance()
        {
            Span<byte> bytes = stackalloc byte[VectorBytes];
            while (Left == 0)
            {
                if (_next == count || space.Read(vectors + (_next * VectorBytes), bytes) != VectorBytes)
                {
                    return false;
                }

                _next++;
                At = new VirtAddr(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                Left = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            }

            return true;
        }

        public void Take(ulong length)
        {
            At = new VirtAddr(unchecked(At.Value + length));
            Left -= length;
        }
    }
}

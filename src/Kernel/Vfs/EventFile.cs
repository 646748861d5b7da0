using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>A counter to wait on: eventfd(2).</summary>
public sealed class EventFile : OpenFile
{
    private const ulong Maximum = ulong.MaxValue - 1;

    private readonly WaitQueue _changed = new();
    private readonly bool _isSemaphore;
    private ulong _count;

    /// <summary>A counter that starts at <paramref name="count"/>; a semaphore gives one at each read (EFD_SEMAPHORE).</summary>
    public EventFile(FileTree tree, ulong count, bool isSemaphore, OpenFlags flags)
        : base(PathNode.CreateDetached("anon_inode:[eventfd]"u8, new AnonymousInode(tree.Anonymous, FileType.None, 0x180)), OpenFlags.ReadWrite | flags)
    {
        _count = count;
        _isSemaphore = isSemaphore;
        Id = (int)(Inode.Number & int.MaxValue);
    }

    /// <summary>The counter's value now.</summary>
    public ulong Count => _count;

    /// <summary>A number that no other counter has.</summary>
    public int Id { get; }

    public override WaitQueue? Readiness => _changed;

    public override FileGaps Gaps => FileGaps.VectorWrite | FileGaps.Splice;

    public override Result<long> Read(ref DataSink to)
    {
        if (to.Remaining < sizeof(ulong))
        {
            return Errno.EINVAL;
        }

        while (_count == 0)
        {
            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (_changed.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        ulong value = _isSemaphore ? 1 : _count;
        _count -= value;
        _changed.WakeAll((uint)PollEvents.Writable);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return to.Write(bytes) == sizeof(ulong) ? sizeof(ulong) : Errno.EFAULT;
    }

    public override Result<long> Write(ref DataSource from)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        if (from.Remaining < sizeof(ulong))
        {
            return Errno.EINVAL;
        }

        if (from.Read(bytes) != sizeof(ulong))
        {
            return Errno.EFAULT;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (value == ulong.MaxValue)
        {
            return Errno.EINVAL;
        }

        while (Maximum - _count < value)
        {
            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (_changed.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        _count += value;
        _changed.WakeAll((uint)PollEvents.Readable);
        return sizeof(ulong);
    }

    // As Linux: it moves nothing and is no error (noop_llseek).
    public override Result<long> Seek(long offset, SeekOrigin origin) => 0;

    public override PollEvents Poll() =>
        (_count > 0 ? PollEvents.In : PollEvents.None) | (_count < Maximum ? PollEvents.Out : PollEvents.None);
}

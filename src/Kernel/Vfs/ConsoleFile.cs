using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// A standard stream of the program. It looks like a pipe: the host's end may be a file, a pipe or a terminal, and a program must not find line editing or
/// window sizes that are not there.
/// </summary>
public sealed class ConsoleFile : OpenFile
{
    private readonly ConsolePort _port;
    private readonly BufferPool _buffers;

    /// <summary>Opens a port as a standard stream.</summary>
    public ConsoleFile(FileTree tree, ConsolePort port, OpenFlags flags)
        : this(PathNode.CreateDetached("pipe:[console]"u8, new ConsoleInode(tree, port)), flags, port, tree.Buffers)
    {
    }

    /// <summary>Opens a port through a device file.</summary>
    public static OpenFile OpenDevice(FileTree tree, PathNode path, OpenFlags flags, ConsolePort port) => new ConsoleFile(path, flags, port, tree.Buffers);

    internal ConsoleFile(PathNode path, OpenFlags flags, ConsolePort port, BufferPool buffers)
        : base(path, flags)
    {
        _port = port;
        _buffers = buffers;
    }

    public override WaitQueue? Readiness => _port.Readiness;

    public override Result<long> Read(ref DataSink to)
    {
        if (to.Remaining == 0)
        {
            return 0;
        }

        while (!_port.IsReadable)
        {
            if (_port.IsEndOfInput || _port.IsBroken)
            {
                return 0;
            }

            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (_port.Readiness.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        byte[] buffer = _buffers.Rent();
        int count = _port.Read(buffer.AsSpan(0, (int)Math.Min((ulong)buffer.Length, to.Remaining)));
        int copied = to.Write(buffer.AsSpan(0, count));
        _buffers.Return(buffer);
        return copied == 0 && count > 0 ? Errno.EFAULT : copied;
    }

    public override Result<long> Write(ref DataSource from) => ByteOutlet.Write(new Outlet(this), ref from, _buffers);

    public override PollEvents Poll()
    {
        PollEvents events = PollEvents.None;
        if (CanRead)
        {
            events |= _port.IsReadable ? PollEvents.Readable : PollEvents.None;
            events |= _port.IsEndOfInput ? PollEvents.HangUp : PollEvents.None;
        }

        if (CanWrite)
        {
            events |= _port.IsWritable ? PollEvents.Writable : PollEvents.None;
            events |= _port.IsBroken ? PollEvents.Error : PollEvents.None;
        }

        return events;
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space) => Errno.ENOTTY;

    private readonly struct Outlet(ConsoleFile file) : IByteOutlet
    {
        public bool IsGone => file._port.IsBroken;

        public bool IsNonBlocking => file.IsNonBlocking;

        public int Take(ReadOnlySpan<byte> bytes) => file._port.Write(bytes);

        public bool WaitForRoom() => file._port.Readiness.Wait(Instant.Never) != WaitResult.Interrupted;
    }
}

using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>An end of a pipe, or a FIFO opened for both.</summary>
public sealed class PipeFile : OpenFile
{
    private const uint BytesReadable = 0x541b; // FIONREAD

    private readonly uint _writersSeen;

    /// <summary>A FIFO, which has a place in the tree, and times.</summary>
    private bool IsNamed => Inode is not PipeInode;

    internal PipeFile(PathNode path, Pipe pipe, OpenFlags flags)
        : base(path, flags)
    {
        Pipe = pipe;
        _writersSeen = pipe.WriterOpens;
        pipe.AddEnd(CanRead, CanWrite);
    }

    public Pipe Pipe { get; }

    public override WaitQueue? Readiness => Pipe.Readiness;

    public override bool SendsSignals => true;

    public override Result<long> Read(ref DataSink to)
    {
        Result<long> done = Pipe.Read(ref to, IsNonBlocking);
        if (IsNamed && done.IsOk && done.Value > 0)
        {
            Inode.Touch();
        }

        return done;
    }

    public override Result<long> Write(ref DataSource from)
    {
        Result<long> done = Pipe.Write(ref from, IsNonBlocking, (Flags & OpenFlags.Direct) != 0);
        if (IsNamed && done.IsOk && done.Value > 0)
        {
            Inode.MarkWritten();
        }

        return done;
    }

    public override PollEvents Poll()
    {
        PollEvents events = PollEvents.None;
        if (CanRead)
        {
            events |= Pipe.Used > 0 ? PollEvents.Readable : PollEvents.None;

            // A FIFO that never had a writer since it was opened has not been hung up (poll(2), fifo(7)).
            bool hadWriter = !IsNamed || Pipe.WriterOpens != _writersSeen;
            events |= Pipe.Writers == 0 && hadWriter ? PollEvents.HangUp : PollEvents.None;
        }

        if (CanWrite)
        {
            events |= Pipe.Capacity - Pipe.Used >= Pipe.AtomicBytes && Pipe.HasPlaceForPacket ? PollEvents.Writable : PollEvents.None;
            events |= Pipe.Readers == 0 ? PollEvents.Error : PollEvents.None;
        }

        return events;
    }

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        if (request != BytesReadable)
        {
            return Errno.ENOTTY;
        }

        return space.TryWrite(new VirtAddr(argument), Pipe.Used) ? 0 : Errno.EFAULT;
    }

    protected override void OnClose() => Pipe.RemoveEnd(CanRead, CanWrite);
}

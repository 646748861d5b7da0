using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// The buffer of a pipe or FIFO (pipe(7)): a ring of bytes in frames that are taken when first written, and the count of its ends. Writes of up to
/// <see cref="AtomicBytes"/> are not split.
/// </summary>
public sealed partial class Pipe
{
    /// <summary>PIPE_BUF.</summary>
    public const int AtomicBytes = 4096;

    /// <summary>The default of /proc/sys/fs/pipe-max-size.</summary>
    public const int MaximumBytes = 1 << 20;

    private const ulong LargestRequest = 1ul << 31; // round_pipe_size

    private readonly WaitQueue _changed = new();
    private Frame[] _frames = new Frame[16];
    private int _start;
    private int _used;
    private int _readers;
    private int _writers;

    /// <summary>How often an end was opened, to see that somebody came and went while an opener waited.</summary>
    private uint _readerOpens;
    private uint _writerOpens;

    /// <summary>Told of every change, with the poll mask.</summary>
    internal WaitQueue Readiness => _changed;

    /// <summary>Bytes that can be stored.</summary>
    public int Capacity => _frames.Length << PageSize.Shift;

    /// <summary>Bytes stored.</summary>
    public int Used => _used;

    internal int Readers => _readers;

    internal int Writers => _writers;

    internal uint WriterOpens => _writerOpens;

    /// <summary>pipe2(2): the reading and the writing end. <paramref name="flags"/>: O_NONBLOCK, O_DIRECT.</summary>
    public static void Create(FileTree tree, OpenFlags flags, out OpenFile reader, out OpenFile writer)
    {
        Pipe pipe = new();
        PipeInode inode = new(tree.Pipes, pipe);
        byte[] name = System.Text.Encoding.ASCII.GetBytes("pipe:[" + inode.Number.ToString() + "]");
        PathNode path = PathNode.CreateDetached(name, inode);
        reader = new PipeFile(path, pipe, OpenFlags.ReadOnly | (flags & ~OpenFlags.Direct));
        writer = new PipeFile(path, pipe, OpenFlags.WriteOnly | flags);
    }

    /// <summary>Opens a FIFO: waits for the other end as fifo(7) says. ENXIO, ERESTARTSYS.</summary>
    public Result<OpenFile> OpenNamed(PathNode path, OpenFlags flags)
    {
        OpenFlags access = flags & OpenFlags.AccessMask;
        bool isNonBlocking = (flags & OpenFlags.NonBlock) != 0;
        if (access == OpenFlags.WriteOnly && isNonBlocking && _readers == 0)
        {
            return Errno.ENXIO;
        }

        PipeFile file = new(path, this, flags);
        if (isNonBlocking || access == OpenFlags.ReadWrite)
        {
            return file;
        }

        uint readerOpens = _readerOpens;
        uint writerOpens = _writerOpens;
        while (access == OpenFlags.ReadOnly ? _writers == 0 && _writerOpens == writerOpens : _readers == 0 && _readerOpens == readerOpens)
        {
            if (_changed.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                file.Release();
                return Errno.ERESTARTSYS;
            }
        }

        return file;
    }

    /// <summary>F_SETPIPE_SZ: makes room for at least this many bytes, in powers of two of pages. EBUSY when more are stored, EPERM above the maximum.</summary>
    public Result<long> Resize(ulong bytes)
    {
        if (bytes > LargestRequest)
        {
            return Errno.EINVAL;
        }

        if (bytes > MaximumBytes)
        {
            return Errno.EPERM;
        }

        int pages = 1;
        while ((ulong)pages << PageSize.Shift < bytes)
        {
            pages *= 2;
        }

        if (_used > pages << PageSize.Shift)
        {
            return Errno.EBUSY;
        }

        PipePackets? packets = _packets?.Resized(pages);
        if (_packets != null && packets == null)
        {
            return Errno.EBUSY;
        }

        // Frames move as they are: the ring is turned so that the first used page comes first, and unused ones go.
        Frame[] frames = new Frame[pages];
        int first = _start >> PageSize.Shift;
        int within = _start & PageSize.Mask;
        int usedPages = _used == 0 ? 0 : (within + _used + PageSize.Mask) >> PageSize.Shift;
        if (usedPages > pages || usedPages > _frames.Length)
        {
            return Errno.EBUSY;
        }

        for (int i = 0; i < _frames.Length; i++)
        {
            Frame frame = _frames[(first + i) % _frames.Length];
            if (i < usedPages)
            {
                frames[i] = frame;
            }
            else if (!frame.IsNone)
            {
                frame.Release();
            }
        }

        _frames = frames;
        _packets = packets;
        _start = _used == 0 ? 0 : within;
        _changed.WakeAll((uint)PollEvents.Writable);
        return Capacity;
    }

    internal void AddEnd(bool reads, bool writes)
    {
        if (reads)
        {
            _readers++;
            _readerOpens = unchecked(_readerOpens + 1);
        }

        if (writes)
        {
            _writers++;
            _writerOpens = unchecked(_writerOpens + 1);
        }

        _changed.WakeAll();
    }

    internal void RemoveEnd(bool reads, bool writes)
    {
        _readers -= reads ? 1 : 0;
        _writers -= writes ? 1 : 0;
        if (_readers == 0 && _writers == 0)
        {
            for (int i = 0; i < _frames.Length; i++)
            {
                if (!_frames[i].IsNone)
                {
                    _frames[i].Release();
                    _frames[i] = Frame.None;
                }
            }

            _start = 0;
            _used = 0;
            _packets = null;
        }

        _changed.WakeAll();
    }
}

using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// An open file description: what descriptors, mappings and calls in progress share. It is counted: the maker has one reference, <see cref="Release"/> of the last
/// closes it. A subclass says what reading, writing and waiting mean; the defaults refuse.
/// </summary>
public abstract partial class OpenFile
{
    private int _references = 1;
    private bool _isWriter;

    /// <summary>Opens the inode at <paramref name="path"/>. The flags for opening only (creation, truncation, close-on-exec) are dropped.</summary>
    protected OpenFile(PathNode path, OpenFlags flags)
    {
        Path = path;
        Flags = flags & ~(OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoControllingTerminal | OpenFlags.Truncate | OpenFlags.CloseOnExec);
        CanRead = !IsPathOnly && (flags & OpenFlags.AccessMask) is OpenFlags.ReadOnly or OpenFlags.ReadWrite;
        CanWrite = !IsPathOnly && (flags & OpenFlags.AccessMask) is OpenFlags.WriteOnly or OpenFlags.ReadWrite;
        path.Inode.AddOpen();
    }

    public PathNode Path { get; }

    public Inode Inode => Path.Inode;

    /// <summary>Access mode and status flags, as F_GETFL gives them.</summary>
    public OpenFlags Flags { get; private set; }

    /// <summary>Where the next read or write takes place. Only seekable files use it.</summary>
    public ulong Position { get; set; }

    /// <summary>Its place among the files that were compared (kcmp(2)); 0 until it is.</summary>
    public ulong Order { get; set; }

    public bool CanRead { get; }

    public bool CanWrite { get; }

    public bool IsNonBlocking => (Flags & OpenFlags.NonBlock) != 0;

    /// <summary>Opened with O_PATH: it names an inode and nothing else (EBADF for all I/O).</summary>
    public bool IsPathOnly => (Flags & OpenFlags.Path) != 0;

    /// <summary>Whether it has a position, so that lseek(2) and pread(2) work.</summary>
    public virtual bool IsSeekable => false;

    /// <summary>Which operations there are none of.</summary>
    public virtual FileGaps Gaps => FileGaps.None;

    /// <summary>Whether offsets are addresses, whose top bit may be set (FMODE_UNSIGNED_OFFSET).</summary>
    public virtual bool HasWideOffsets => false;

    /// <summary>Whether O_DIRECT means something for it (FMODE_CAN_ODIRECT).</summary>
    public virtual bool TakesDirect => false;

    /// <summary>The pages to map; null when it cannot be mapped (<see cref="MapError"/>).</summary>
    public virtual PageSource? Pages => Inode.Pages;

    /// <summary>What mmap(2) fails with when there are no pages.</summary>
    public virtual Errno MapError => Errno.ENODEV;

    /// <summary>Whether a mapping of it is one of anonymous memory: /dev/zero.</summary>
    public virtual bool MapsZeros => false;

    /// <summary>Whom to tell when readiness changes; null when the file is always ready. Wake-ups carry the poll mask.</summary>
    public virtual WaitQueue? Readiness => null;

    public bool IsOpen => _references > 0;

    /// <summary>References held on it: by descriptors, calls in progress, mappings and messages.</summary>
    public int ReferenceCount => _references;

    /// <summary>Whether a write that fails with EPIPE raises SIGPIPE.</summary>
    public virtual bool RaisesBrokenPipe => true;

    public void AddReference() => _references = unchecked(_references + 1); // bounded by memory: each takes a place somewhere

    /// <summary>Drops a reference; the last one closes the file: readiness watchers go, the inode may go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release()
    {
        _references = unchecked(_references - 1);
        if (_references == 0)
        {
            Close();
        }
    }

    [MayAllocate("the last close, not a read or a write")]
    private void Close()
    {
        while (FirstWatch != null)
        {
            FirstWatch.FileClosed();
        }

        SetSignals(on: false);
        Inode.Locks?.ReleaseFile(this);
        OnClose();
        if (!IsPathOnly)
        {
            FileNotices.Post(Path, CanWrite ? FileEvents.CloseWrite : FileEvents.CloseNoWrite);
        }

        if (_isWriter)
        {
            Inode.RemoveWriter();
        }

        Inode.RemoveOpen();
        FileNotices.PostGone(Inode);
    }

    /// <summary>Nobody runs the file while this description, which can write to it, is open.</summary>
    internal void HoldForWriting()
    {
        if (CanWrite && !_isWriter && Inode.Type == FileType.Regular)
        {
            _isWriter = true;
            Inode.AddWriter();
        }
    }

    /// <summary>F_SETFL: replaces what may be changed of the status flags.</summary>
    public virtual Errno SetStatusFlags(OpenFlags flags)
    {
        Flags = (Flags & ~OpenFlags.Settable) | (flags & OpenFlags.Settable);
        SetSignals((Flags & OpenFlags.Async) != 0);
        return Errno.None;
    }

    /// <summary>Reads at the position (or from the stream) and moves on. Zero is the end. Blocks unless O_NONBLOCK (EAGAIN); a signal ends the wait with ERESTARTSYS.</summary>
    public virtual Result<long> Read(ref DataSink to) => Errno.EINVAL;

    /// <summary>Writes at the position (or to the stream) and moves on. EPIPE when nobody will read; the caller then sends SIGPIPE.</summary>
    public virtual Result<long> Write(ref DataSource from) => Errno.EINVAL;

    /// <summary>Reads at an offset; the position stays.</summary>
    public virtual Result<long> ReadAt(ulong offset, ref DataSink to) => Errno.ESPIPE;

    /// <summary>Writes at an offset; the position stays.</summary>
    public virtual Result<long> WriteAt(ulong offset, ref DataSource from) => Errno.ESPIPE;

    /// <summary>Moves the position; returns it.</summary>
    public virtual Result<long> Seek(long offset, SeekOrigin origin) => Errno.ESPIPE;

    /// <summary>What can be done now without blocking, error conditions included.</summary>
    public virtual PollEvents Poll() => PollEvents.Readable | PollEvents.Writable;

    /// <summary>ioctl(2): requests that all files know are done by the caller. <paramref name="argument"/> is a number or an address in <paramref name="space"/>.</summary>
    public virtual Result<long> Control(uint request, ulong argument, AddressSpace space) => Errno.ENOTTY;

    /// <summary>Offers directory entries from the position on and moves it.</summary>
    public virtual Errno ReadDirectory(DirectorySink sink) => Errno.ENOTDIR;

    /// <summary>ftruncate(2).</summary>
    public virtual Errno Truncate(ulong size)
    {
        Errno error = CanWrite ? Inode.Truncate(size) : Errno.EINVAL;
        if (error == Errno.None)
        {
            FileNotices.Post(Path, FileEvents.Modify);
        }

        return error;
    }

    /// <summary>fsync(2). EINVAL when there is nothing that could be kept.</summary>
    public virtual Errno Sync() => Errno.EINVAL;

    /// <summary>The last reference is gone.</summary>
    protected virtual void OnClose()
    {
    }
}

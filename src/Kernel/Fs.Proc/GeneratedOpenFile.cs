using System;
using System.Diagnostics.CodeAnalysis;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>An open generated file: the text as it was at the first read, and again at each read from its start.</summary>
internal sealed class GeneratedOpenFile(PathNode path, OpenFlags flags, GeneratedFileSystem home, TextSource source, GeneratedRules rules) : OpenFile(path, flags)
{
    private const int LongestWrite = 256;

    private ByteText? _text;

    public override bool IsSeekable => true;

    public override FileGaps Gaps =>
        (IsSequence || (rules == GeneratedRules.Attribute && !CanWrite) ? FileGaps.PositionedWrite : FileGaps.None) |
        (rules is GeneratedRules.Process or GeneratedRules.ProcessBuffer
            ? FileGaps.VectorRead | FileGaps.VectorWrite | FileGaps.Splice
            : FileGaps.None);

    public override WaitQueue? Readiness => rules is GeneratedRules.Process or GeneratedRules.ProcessBuffer ? null : home.Quiet;

    public override Errno MapError => rules == GeneratedRules.System ? Errno.EIO : Errno.ENODEV;

    private bool IsSequence => rules is GeneratedRules.Process or GeneratedRules.Mounts or GeneratedRules.System;

    public override Result<long> Read(ref DataSink to)
    {
        Result<long> done = ReadAt(Position, ref to);
        if (done.IsOk)
        {
            Position += (ulong)done.Value;
        }

        return done;
    }

    public override Result<long> ReadAt(ulong offset, ref DataSink to)
    {
        if (_text == null || offset == 0)
        {
            if (!KernelHeap.CanAllocate(ByteText.ReservedBytes))
            {
                return Errno.ENOMEM;
            }

            Errno error = MakeText();
            if (error != Errno.None)
            {
                return error;
            }
        }

        if (offset >= (ulong)_text.Length || to.Remaining == 0)
        {
            return 0;
        }

        // A setting is copied whole or not at all (proc_sys_call_handler).
        int wanted = (int)Math.Min(to.Remaining, (ulong)_text.Length - offset);
        int copied = to.Write(_text.Bytes[(int)offset..]);
        return copied > 0 && (copied == wanted || rules != GeneratedRules.Setting) ? copied : Errno.EFAULT;
    }

    public override Result<long> Write(ref DataSource from)
    {
        Result<long> done = Store(Position, ref from);
        if (done.IsOk && rules == GeneratedRules.Setting)
        {
            Position += (ulong)done.Value;
        }

        return done;
    }

    // A sequence takes no pwrite(2) (seq_open).
    public override Result<long> WriteAt(ulong offset, ref DataSource from) => IsSequence ? Errno.ESPIPE : Store(offset, ref from);

    public override Result<long> Seek(long offset, SeekOrigin origin)
    {
        if (IsSequence && origin is not (SeekOrigin.Start or SeekOrigin.Current))
        {
            return Errno.EINVAL;
        }

        long size = (long)Inode.Size;
        long target;
        switch (origin)
        {
            case SeekOrigin.Start:
                target = offset;
                break;
            case SeekOrigin.Current:
                target = unchecked((long)Position + offset);
                break;
            case SeekOrigin.End:
                target = unchecked(size + offset);
                break;
            default:
                if (offset >= size || (offset < 0 && rules != GeneratedRules.Setting))
                {
                    return Errno.ENXIO;
                }

                target = origin == SeekOrigin.Data ? offset : size;
                break;
        }

        if (target < 0 || (rules == GeneratedRules.Attribute && target > GeneratedFileSystem.LargestOffset))
        {
            return Errno.EINVAL;
        }

        Position = (ulong)target;
        return target;
    }

    public override PollEvents Poll() => rules switch
    {
        GeneratedRules.Mounts => PollEvents.Readable,
        GeneratedRules.Attribute when _text == null => PollEvents.Readable | PollEvents.Writable | PollEvents.Error | PollEvents.Priority,
        _ => PollEvents.Readable | PollEvents.Writable,
    };

    public override Errno Sync() => rules == GeneratedRules.Attribute ? Errno.None : Errno.EINVAL;

    protected override void OnClose()
    {
        if (_text != null)
        {
            home.ReturnText(_text);
            _text = null;
        }
    }

    [MayAllocate("the text is made when it is read from its start; what is behind it is not a hot path")]
    [MemberNotNull(nameof(_text))]
    private Errno MakeText()
    {
        // Others may read the same file while a long text is made: they find none and make their own.
        ByteText made = _text ?? home.RentText();
        _text = null;
        made.Clear();
        Errno error = source.TryWrite(made);
        if (made.IsTooLong)
        {
            made.Clear();
            error = Errno.ENOMEM;
        }

        if (_text != null)
        {
            home.ReturnText(_text);
        }

        _text = made;
        return error;
    }

    [MayAllocate("a setting is kept as it was written")]
    private Result<long> Store(ulong offset, ref DataSource from)
    {
        ulong whole = from.Remaining;
        Span<byte> bytes = stackalloc byte[LongestWrite];
        int count = from.Read(bytes);
        if ((ulong)count < Math.Min(whole, LongestWrite))
        {
            return Errno.EFAULT;
        }

        if (rules == GeneratedRules.Setting && (offset != 0 || whole == 0))
        {
            return (long)whole; // sysctl_writes_strict: what does not come at the start counts for nothing
        }

        if (from.Remaining != 0)
        {
            return Errno.EINVAL;
        }

        Errno error = source.Store(bytes[..count]);
        return error == Errno.None ? (long)whole
            : error == Errno.EIO && rules != GeneratedRules.System ? Errno.EINVAL
            : error;
    }
}

using System;
using System.Diagnostics.CodeAnalysis;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>An open generated file: the text as it was at the first read, and again at each read from its start.</summary>
internal sealed class GeneratedOpenFile(PathNode path, OpenFlags flags, GeneratedFileSystem home, TextSource source) : OpenFile(path, flags)
{
    private ByteText? _text;

    public override bool IsSeekable => true;

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

            if (!TryMakeText())
            {
                return Errno.ENOMEM;
            }
        }

        if (offset >= (ulong)_text.Length || to.Remaining == 0)
        {
            return 0;
        }

        int copied = to.Write(_text.Bytes[(int)offset..]);
        return copied > 0 ? copied : Errno.EFAULT;
    }

    public override Result<long> Write(ref DataSource from)
    {
        Span<byte> bytes = stackalloc byte[256];
        int count = from.Read(bytes);
        if (count == 0)
        {
            return from.Remaining == 0 ? 0L : Errno.EFAULT;
        }

        Errno error = Store(bytes[..count]);
        return error == Errno.None ? count : error;
    }

    public override Result<long> WriteAt(ulong offset, ref DataSource from) => Write(ref from);

    public override Result<long> Seek(long offset, SeekOrigin origin)
    {
        long target = origin switch
        {
            SeekOrigin.Start => offset,
            SeekOrigin.Current => unchecked((long)Position + offset),
            _ => -1,
        };
        if (target < 0)
        {
            return Errno.EINVAL;
        }

        Position = (ulong)target;
        return target;
    }

    protected override void OnClose()
    {
        if (_text != null)
        {
            home.ReturnText(_text);
            _text = null;
        }
    }

    [MayAllocate("the text is made when it is read from its start; what is behind it is not a hot path")]
    [MemberNotNullWhen(true, nameof(_text))]
    private bool TryMakeText()
    {
        _text ??= home.RentText();
        _text.Clear();
        source.Write(_text);
        if (!_text.IsTooLong)
        {
            return true;
        }

        home.ReturnText(_text);
        _text = null;
        return false;
    }

    [MayAllocate("a setting is kept as it was written")]
    private Errno Store(ReadOnlySpan<byte> bytes) => source.Store(bytes);
}

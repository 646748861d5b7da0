using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

// Reading a directory: own entries first, then the lower directory's that are not hidden. Positions of the latter carry a mark.
internal sealed partial class RamDirectory
{
    private const ulong LowerMark = 1UL << 61;

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        if (position < LowerMark)
        {
            for (RamEntry? entry = _order.After(position); entry != null; entry = _order.After(entry.Position))
            {
                if (!sink.TryAdd(entry.Name, entry.Inode!.Number, entry.Inode.Type, entry.Position))
                {
                    return Errno.None;
                }
            }

            position = LowerMark;
        }

        return _lower == null ? Errno.None : _lower.ReadDirectory(position - LowerMark, new LowerSink(this, sink));
    }

    private bool IsEmpty()
    {
        if (_order.Count > 0)
        {
            return false;
        }

        if (_lower == null)
        {
            return true;
        }

        AnySink any = new();
        _ = _lower.ReadDirectory(0, new LowerSink(this, any)); // an image that cannot be read counts as empty
        return !any.HasAny;
    }

    /// <summary>Lets through what no own entry replaces or hides.</summary>
    private sealed class LowerSink(RamDirectory directory, DirectorySink sink) : DirectorySink
    {
        public override bool TryAdd(ReadOnlySpan<byte> name, ulong inode, FileType type, ulong next) =>
            directory._entries.Find(name) != null || sink.TryAdd(name, inode, type, next + LowerMark);
    }

    private sealed class AnySink : DirectorySink
    {
        public bool HasAny { get; private set; }

        public override bool TryAdd(ReadOnlySpan<byte> name, ulong inode, FileType type, ulong next)
        {
            HasAny = true;
            return false;
        }
    }
}

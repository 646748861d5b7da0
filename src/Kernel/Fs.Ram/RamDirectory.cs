using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

/// <summary>
/// A directory in memory: entries of its own and, in a layer, those of the lower directory that no own entry hides.
/// </summary>
internal sealed partial class RamDirectory : RamInode
{
    // tmpfs counts 20 bytes an entry; programs only expect something that is not zero.
    private const ulong BytesPerEntry = 20;

    private readonly NameTable<RamEntry> _entries = new();
    private readonly RamOrder _order = new();
    private readonly Inode? _lower;

    public RamDirectory(RamFileSystem home, in NewInode what)
        : base(home, what)
    {
        Links = 2;
    }

    public RamDirectory(RamFileSystem home, Inode lower, in InodeAttributes attributes)
        : base(home, lower.Number, attributes)
    {
        _lower = lower;
    }

    public override ulong Size => _lower != null ? _lower.Size : (2 + (ulong)_order.Count) * BytesPerEntry;

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        RamEntry? entry = _entries.Find(name);
        if (entry != null)
        {
            return entry.Inode != null ? entry.Inode : Errno.ENOENT;
        }

        if (_lower == null)
        {
            return Errno.ENOENT;
        }

        Result<Inode> below = _lower.Lookup(name);
        return below.IsOk ? Home.TakeOver(below.Value) : below;
    }

    public override Result<Inode> Create(ReadOnlySpan<byte> name, in NewInode what)
    {
        if (!_order.CanAdd)
        {
            return Errno.ENOSPC;
        }

        RamInode inode = what.Type switch
        {
            FileType.Directory => new RamDirectory(Home, what),
            FileType.Regular => new RamFile(Home, what),
            _ => new RamSpecial(Home, what),
        };
        Place(name, inode);
        return inode;
    }

    public override Result<Inode> CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, in NewInode what)
    {
        if (!_order.CanAdd)
        {
            return Errno.ENOSPC;
        }

        RamLink inode = new(Home, target, what);
        Place(name, inode);
        return inode;
    }

    public override Result<Inode> CreateUnnamed(in NewInode what) => new RamFile(Home, what) { Links = 0, IsUnnamed = true };

    public override Errno Link(ReadOnlySpan<byte> name, Inode target)
    {
        if (target is not RamInode inode)
        {
            return Errno.EXDEV;
        }

        if (inode.Links == 0 && inode is not RamFile { IsUnnamed: true })
        {
            return Errno.ENOENT;
        }

        if (!_order.CanAdd)
        {
            return Errno.ENOSPC;
        }

        inode.Links++;
        inode.MarkChanged();
        Place(name, inode);
        return Errno.None;
    }

    public override Errno Unlink(ReadOnlySpan<byte> name, Inode target)
    {
        Remove(name, target);
        (target as RamInode)?.DropLink();
        return Errno.None;
    }

    public override Errno RemoveDirectory(ReadOnlySpan<byte> name, Inode target)
    {
        if (target is not RamDirectory directory || !directory.IsEmpty())
        {
            return Errno.ENOTEMPTY;
        }

        Remove(name, directory);
        directory.Links = 0;
        directory.MarkChanged();
        return Errno.None;
    }

    public override Errno Rename(ReadOnlySpan<byte> name, Inode moved, Inode newDirectory, ReadOnlySpan<byte> newName, Inode? replaced, RenameFlags flags)
    {
        if (moved is not RamInode source || newDirectory is not RamDirectory to)
        {
            return Errno.EXDEV;
        }

        if ((flags & RenameFlags.Exchange) != 0)
        {
            RamInode other = (RamInode)replaced!;
            Remove(name, source);
            to.Remove(newName, other);
            Place(name, other);
            to.Place(newName, source);
            other.MarkChanged();
        }
        else
        {
            if (replaced is RamDirectory victim)
            {
                if (!victim.IsEmpty())
                {
                    return Errno.ENOTEMPTY;
                }

                victim.Links = 0;
                victim.MarkChanged();
            }
            else
            {
                (replaced as RamInode)?.DropLink();
            }

            Remove(name, source);
            to.Remove(newName, replaced);
            to.Place(newName, source);
        }

        source.MarkChanged();
        return Errno.None;
    }

    private void Place(ReadOnlySpan<byte> name, RamInode inode)
    {
        RamEntry? hiding = _entries.Find(name);
        if (hiding != null)
        {
            Take(hiding);
        }

        RamEntry entry = new(name, _order.NextPosition, inode);
        _entries.Add(entry);
        _order.Add(entry);
        if (inode is RamDirectory)
        {
            Links++;
        }

        MarkModified();
    }

    /// <summary>Removes a name, which stood for <paramref name="target"/>; one that the lower directory has too is hidden from now on.</summary>
    private void Remove(ReadOnlySpan<byte> name, Inode? target)
    {
        RamEntry? entry = _entries.Find(name);
        if (entry != null)
        {
            Take(entry);
        }

        if (_lower != null && _lower.Lookup(name).IsOk)
        {
            _entries.Add(new RamEntry(name, 0, null));
        }

        if (target is RamDirectory)
        {
            Links = Math.Max(Links, 3) - 1; // its ".."; an image may not have counted it
        }

        MarkModified();
    }

    private void Take(RamEntry entry)
    {
        _entries.Remove(entry);
        if (entry.Inode != null)
        {
            _order.Remove(entry);
        }
    }
}

using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

// Extended attributes, in the order in which they were first set.
internal abstract partial class RamInode
{
    // As Linux limits those of a tmpfs inode (fs/xattr.c, simple_xattrs), names and values together.
    private const int MaximumAttributeBytes = 128 * 1024;

    private RamAttributes? _attributes;

    public override Result<int> GetExtended(ReadOnlySpan<byte> name, Span<byte> value)
    {
        if (_attributes?.Find(name) is not { } found)
        {
            return Errno.ENODATA;
        }

        return value.IsEmpty || found.Value.AsSpan().TryCopyTo(value) ? found.Value.Length : Errno.ERANGE;
    }

    public override Errno SetExtended(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ExtendedFlags flags)
    {
        RamAttribute? attribute = _attributes?.Find(name);
        if (attribute != null ? (flags & ExtendedFlags.Create) != 0 : (flags & ExtendedFlags.Replace) != 0)
        {
            return attribute != null ? Errno.EEXIST : Errno.ENODATA;
        }

        _attributes ??= new RamAttributes();
        int used = _attributes.Bytes - (attribute?.Bytes ?? 0) + name.Length + value.Length;
        if (used > MaximumAttributeBytes || !KernelHeap.CanAllocate(name.Length + value.Length + 200))
        {
            return Errno.ENOSPC;
        }

        attribute ??= _attributes.Add(name);
        if (attribute == null)
        {
            return Errno.ENOSPC;
        }

        _attributes.SetValue(attribute, value);
        MarkChanged();
        return Errno.None;
    }

    public override Errno RemoveExtended(ReadOnlySpan<byte> name)
    {
        if (_attributes?.Find(name) is not { } attribute)
        {
            return Errno.ENODATA;
        }

        _attributes.Remove(attribute);
        MarkChanged();
        return Errno.None;
    }

    public override ReadOnlySpan<byte> NextExtended(scoped ref int place)
    {
        RamAttribute? attribute = _attributes?.Next(ref place);
        return attribute == null ? default : attribute.Name;
    }
}

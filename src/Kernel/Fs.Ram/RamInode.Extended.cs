using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

// Extended attributes, in the order in which they were first set.
internal abstract partial class RamInode
{
    // As Linux limits those of a tmpfs inode (fs/xattr.c, simple_xattrs), names and values together.
    private const int MaximumAttributeBytes = 128 * 1024;

    private List<RamAttribute>? _attributes;

    public override Result<int> GetExtended(ReadOnlySpan<byte> name, Span<byte> value)
    {
        int index = FindExtended(name);
        if (index < 0)
        {
            return Errno.ENODATA;
        }

        byte[] found = _attributes![index].Value;
        return value.IsEmpty || found.AsSpan().TryCopyTo(value) ? found.Length : Errno.ERANGE;
    }

    public override Errno SetExtended(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ExtendedFlags flags)
    {
        int index = FindExtended(name);
        if (index >= 0 ? (flags & ExtendedFlags.Create) != 0 : (flags & ExtendedFlags.Replace) != 0)
        {
            return index >= 0 ? Errno.EEXIST : Errno.ENODATA;
        }

        int used = name.Length + value.Length;
        for (int i = 0; i < _attributes?.Count; i++)
        {
            used += i == index ? 0 : _attributes[i].Name.Length + _attributes[i].Value.Length;
        }

        if (used > MaximumAttributeBytes || !KernelHeap.CanAllocate(name.Length + value.Length + 200))
        {
            return Errno.ENOSPC;
        }

        RamAttribute attribute = new(name.ToArray(), value.ToArray());
        _attributes ??= [];
        if (index >= 0)
        {
            _attributes[index] = attribute;
        }
        else
        {
            _attributes.Add(attribute);
        }

        MarkChanged();
        return Errno.None;
    }

    public override Errno RemoveExtended(ReadOnlySpan<byte> name)
    {
        int index = FindExtended(name);
        if (index < 0)
        {
            return Errno.ENODATA;
        }

        _attributes!.RemoveAt(index);
        MarkChanged();
        return Errno.None;
    }

    public override ReadOnlySpan<byte> ExtendedName(int index) => index < _attributes?.Count ? _attributes[index].Name : default(ReadOnlySpan<byte>);

    private int FindExtended(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _attributes?.Count; i++)
        {
            if (name.SequenceEqual(_attributes[i].Name))
            {
                return i;
            }
        }

        return -1;
    }
}

using System;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

/// <summary>The extended attributes of an inode: found by name, told in the order in which they were first set. Those that were removed leave gaps until there are many.</summary>
internal sealed class RamAttributes
{
    private readonly NameTable<RamAttribute> _byName = new();
    private RamAttribute?[] _inOrder = new RamAttribute?[4];
    private int _end;

    /// <summary>Names and values together.</summary>
    public int Bytes { get; private set; }

    public RamAttribute? Find(ReadOnlySpan<byte> name) => _byName.Find(name);

    /// <summary>Adds an attribute that is not there; null when there is no memory.</summary>
    public RamAttribute? Add(ReadOnlySpan<byte> name)
    {
        if (_end == _inOrder.Length && !TryMakeRoom())
        {
            return null;
        }

        RamAttribute attribute = new(name, _end);
        _inOrder[_end++] = attribute;
        _byName.Add(attribute);
        Bytes += attribute.Bytes;
        return attribute;
    }

    public void SetValue(RamAttribute attribute, ReadOnlySpan<byte> value)
    {
        Bytes -= attribute.Bytes;
        attribute.Value = value.ToArray();
        Bytes += attribute.Bytes;
    }

    public void Remove(RamAttribute attribute)
    {
        _ = _byName.Remove(attribute);
        _inOrder[attribute.Place] = null;
        Bytes -= attribute.Bytes;
    }

    /// <summary>The attribute at a place or the first one after it; the place moves behind it. Null at the end.</summary>
    public RamAttribute? Next(scoped ref int place)
    {
        while (place < _end)
        {
            if (_inOrder[place++] is { } attribute)
            {
                return attribute;
            }
        }

        return null;
    }

    private bool TryMakeRoom()
    {
        RamAttribute?[] old = _inOrder;
        if (_byName.Count > _end / 2)
        {
            if (!KernelHeap.CanAllocate(old.Length * 2L * sizeof(long)))
            {
                return false;
            }

            _inOrder = new RamAttribute?[old.Length * 2];
        }

        int count = 0;
        for (int i = 0; i < _end; i++)
        {
            if (old[i] is { } attribute)
            {
                attribute.Place = count;
                _inOrder[count++] = attribute;
            }
        }

        Array.Clear(_inOrder, count, _inOrder.Length - count);
        _end = count;
        return true;
    }
}

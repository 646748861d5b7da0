using System;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>Nodes by name: a hash table whose chains run through the nodes, looked up by bytes without making a key.</summary>
public sealed class NameTable<T>
    where T : NamedNode
{
    private NamedNode?[] _buckets = new NamedNode?[8];

    public int Count { get; private set; }

    public T? Find(ReadOnlySpan<byte> name) => Find(name, NameHash.Of(name));

    /// <summary>The same for a name whose hash is known.</summary>
    public T? Find(ReadOnlySpan<byte> name, uint hash)
    {
        NamedNode? node = _buckets[hash & (uint)(_buckets.Length - 1)];
        while (node != null && (node.Hash != hash || !node.Name.SequenceEqual(name)))
        {
            node = node.NextInBucket;
        }

        return (T?)node;
    }

    /// <summary>Adds a node whose name is not in the table.</summary>
    public void Add(T node)
    {
        if (Count == _buckets.Length)
        {
            Grow();
        }

        node.Hash = NameHash.Of(node.Name);
        Link(node);
        Count++;
    }

    /// <summary>Removes a node; false when it is not in the table.</summary>
    public bool Remove(T node)
    {
        ref NamedNode? slot = ref _buckets[node.Hash & (uint)(_buckets.Length - 1)];
        NamedNode? previous = null;
        for (NamedNode? at = slot; at != null; previous = at, at = at.NextInBucket)
        {
            if (at != node)
            {
                continue;
            }

            if (previous == null)
            {
                slot = at.NextInBucket;
            }
            else
            {
                previous.NextInBucket = at.NextInBucket;
            }

            at.NextInBucket = null;
            Count--;
            return true;
        }

        return false;
    }

    private void Link(NamedNode node)
    {
        uint bucket = node.Hash & (uint)(_buckets.Length - 1);
        node.NextInBucket = _buckets[bucket];
        _buckets[bucket] = node;
    }

    private void Grow()
    {
        NamedNode?[] old = _buckets;
        if (!KernelHeap.CanAllocate(old.Length * 2L * sizeof(long)))
        {
            return; // fuller buckets do as well
        }

        _buckets = new NamedNode?[old.Length * 2];
        foreach (NamedNode? first in old)
        {
            NamedNode? node = first;
            while (node != null)
            {
                NamedNode? next = node.NextInBucket;
                Link(node);
                node = next;
            }
        }
    }
}

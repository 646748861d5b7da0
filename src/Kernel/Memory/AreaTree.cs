using System;

namespace Mote.Kernel.Memory;

/// <summary>
/// The areas of a map by address: a height-balanced tree (Adelson-Velsky and Landis, 1962) in which each node also knows the range of its subtree and the widest gap between
/// two areas in it, so that a free range is found without looking at every area.
/// </summary>
internal sealed class AreaTree
{
    private Area? _root;

    internal int Count { get; private set; }

    /// <summary>The lowest area that ends above the address, or null.</summary>
    internal Area? FirstEndingAbove(ulong address)
    {
        Area? best = null;
        Area? node = _root;
        while (node != null)
        {
            if (node.High > address)
            {
                best = node;
                node = node.Left;
            }
            else
            {
                node = node.Right;
            }
        }

        return best;
    }

    /// <summary>The highest area that starts below the address, or null.</summary>
    internal Area? LastStartingBelow(ulong address)
    {
        Area? best = null;
        Area? node = _root;
        while (node != null)
        {
            if (node.Low < address)
            {
                best = node;
                node = node.Right;
            }
            else
            {
                node = node.Left;
            }
        }

        return best;
    }

    internal void Insert(Area area)
    {
        area.Left = null;
        area.Right = null;
        Update(area);
        _root = Insert(_root, area);
        Count++;
    }

    internal void Remove(Area area)
    {
        _root = Remove(_root, area);
        area.Left = null;
        area.Right = null;
        Count--;
    }

    /// <summary>The start of the highest free range of a length within the limits, or zero.</summary>
    internal ulong FindGapDown(ulong length, ulong floor, ulong ceiling) => GapDown(_root, 0, ulong.MaxValue, length, floor, ceiling);

    /// <summary>The start of the lowest free range of a length within the limits, or zero.</summary>
    internal ulong FindGapUp(ulong length, ulong floor, ulong ceiling) => GapUp(_root, 0, ulong.MaxValue, length, floor, ceiling);

    /// <summary>Whether no area meets the range.</summary>
    internal bool IsFree(ulong low, ulong high)
    {
        Area? area = FirstEndingAbove(low);
        return area == null || area.Low >= high;
    }

    private static ulong GapDown(Area? node, ulong below, ulong above, ulong length, ulong floor, ulong ceiling)
    {
        ulong low = Math.Max(below, floor);
        ulong high = Math.Min(above, ceiling);
        if (high <= low || high - low < length)
        {
            return 0;
        }

        if (node == null)
        {
            return high - length;
        }

        // No gap around or inside the subtree is wide enough.
        if (node.SubtreeGap < length && node.SubtreeLow - below < length && above - node.SubtreeHigh < length)
        {
            return 0;
        }

        ulong found = GapDown(node.Right, node.High, above, length, floor, ceiling);
        return found != 0 ? found : GapDown(node.Left, below, node.Low, length, floor, ceiling);
    }

    private static ulong GapUp(Area? node, ulong below, ulong above, ulong length, ulong floor, ulong ceiling)
    {
        ulong low = Math.Max(below, floor);
        ulong high = Math.Min(above, ceiling);
        if (high <= low || high - low < length)
        {
            return 0;
        }

        if (node == null)
        {
            return low;
        }

        if (node.SubtreeGap < length && node.SubtreeLow - below < length && above - node.SubtreeHigh < length)
        {
            return 0;
        }

        ulong found = GapUp(node.Left, below, node.Low, length, floor, ceiling);
        return found != 0 ? found : GapUp(node.Right, node.High, above, length, floor, ceiling);
    }

    private static Area Insert(Area? node, Area area)
    {
        if (node == null)
        {
            return area;
        }

        if (area.Low < node.Low)
        {
            node.Left = Insert(node.Left, area);
        }
        else
        {
            node.Right = Insert(node.Right, area);
        }

        return Balance(node);
    }

    private static Area? Remove(Area? node, Area area)
    {
        if (node == null)
        {
            throw new InvalidOperationException("The area is not in the tree.");
        }

        if (node == area)
        {
            if (node.Left == null)
            {
                return node.Right;
            }

            if (node.Right == null)
            {
                return node.Left;
            }

            Area successor = node.Right;
            while (successor.Left != null)
            {
                successor = successor.Left;
            }

            Area? right = Remove(node.Right, successor);
            successor.Left = node.Left;
            successor.Right = right;
            return Balance(successor);
        }

        if (area.Low < node.Low)
        {
            node.Left = Remove(node.Left, area);
        }
        else
        {
            node.Right = Remove(node.Right, area);
        }

        return Balance(node);
    }

    private static Area Balance(Area node)
    {
        int lean = HeightOf(node.Left) - HeightOf(node.Right);
        if (lean > 1)
        {
            Area left = node.Left!;
            if (HeightOf(left.Left) < HeightOf(left.Right))
            {
                node.Left = RotateLeft(left);
            }

            return RotateRight(node);
        }

        if (lean < -1)
        {
            Area right = node.Right!;
            if (HeightOf(right.Right) < HeightOf(right.Left))
            {
                node.Right = RotateRight(right);
            }

            return RotateLeft(node);
        }

        Update(node);
        return node;
    }

    private static Area RotateLeft(Area node)
    {
        Area top = node.Right!;
        node.Right = top.Left;
        top.Left = node;
        Update(node);
        Update(top);
        return top;
    }

    private static Area RotateRight(Area node)
    {
        Area top = node.Left!;
        node.Left = top.Right;
        top.Right = node;
        Update(node);
        Update(top);
        return top;
    }

    private static int HeightOf(Area? node) => node?.Height ?? 0;

    private static void Update(Area node)
    {
        Area? left = node.Left;
        Area? right = node.Right;
        node.Height = 1 + Math.Max(HeightOf(left), HeightOf(right));
        node.SubtreeLow = left?.SubtreeLow ?? node.Low;
        node.SubtreeHigh = right?.SubtreeHigh ?? node.High;
        ulong gap = 0;
        if (left != null)
        {
            gap = Math.Max(left.SubtreeGap, node.Low - left.SubtreeHigh);
        }

        if (right != null)
        {
            gap = Math.Max(gap, Math.Max(right.SubtreeGap, right.SubtreeLow - node.High));
        }

        node.SubtreeGap = gap;
    }
}

using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// All memory of packets and of sockets' buffers: counted pages of untyped frames, the nodes that string parts of them together, and the packets' own blocks. Everything but the
/// pages is made at the start; pages are taken from the machine up to a limit, and those beyond <see cref="KeptPages"/> go back. Pages that a device has written to never go back: a
/// device that writes late then spoils packets, not a page table.
/// </summary>
public sealed partial class PacketPool
{
    /// <summary>Free pages that are kept for the next packet.</summary>
    public const int KeptPages = 256;

    private readonly Frame[] _frames;
    private readonly ushort[] _references;
    private readonly int[] _nextFreePage; // plus one; zero ends the list
    private readonly bool[] _isDevices;

    /// <summary>How far each page has been written. Of all lists whose last part ends there, the first that adds bytes gets the room behind; the others find it gone.</summary>
    private readonly ushort[] _filled;
    private readonly Node[] _nodes;
    private readonly int _pressure;
    private int _freePages;
    private int _freePageCount;
    private int _freeSlots;
    private int _freeNodes;
    private PacketBuffer? _freePackets;

    private struct Node
    {
        public int Page;
        public int Next; // plus one
        public ushort Offset;
        public ushort Length;
    }

    /// <summary>Makes a pool of at most so many pages, and that many packets. False when there is no memory for the packets' headers.</summary>
    public static bool TryCreate(int pageLimit, int packetCount, out PacketPool? pool)
    {
        pool = new PacketPool(pageLimit, packetCount);
        if (pool.TryMakePackets(packetCount))
        {
            return true;
        }

        pool = null;
        return false;
    }

    private PacketPool(int pageLimit, int packetCount)
    {
        int headerPages = (packetCount + PacketBuffer.HeadersInPage - 1) / PacketBuffer.HeadersInPage;
        int pages = pageLimit + headerPages;
        PageLimit = pageLimit;
        _pressure = pageLimit - (pageLimit >> 2);
        _frames = new Frame[pages];
        _references = new ushort[pages];
        _nextFreePage = new int[pages];
        _isDevices = new bool[pages];
        _filled = new ushort[pages];
        _nodes = new Node[(pages * 2) + (packetCount * 2)];
        for (int i = pages - 1; i >= 0; i--)
        {
            _nextFreePage[i] = _freeSlots;
            _freeSlots = i + 1;
        }

        for (int i = _nodes.Length - 1; i >= 0; i--)
        {
            _nodes[i].Next = _freeNodes;
            _freeNodes = i + 1;
        }
    }

    /// <summary>Whose pool it is: asked for packets that have left when there are no more pages.</summary>
    internal NetStack? Stack { get; set; }

    /// <summary>The most pages there can be.</summary>
    public int PageLimit { get; }

    /// <summary>Pages in use.</summary>
    public int UsedPages { get; private set; }

    /// <summary>Packets in use.</summary>
    public int UsedPackets { get; private set; }

    /// <summary>Packets that there are.</summary>
    public int PacketCount { get; private set; }

    /// <summary>Whether memory is so short that only what makes room should be kept.</summary>
    public bool IsUnderPressure
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => UsedPages > _pressure;
    }

    /// <summary>Takes a page with one reference; what it holds is leftover. False when the limit is reached or memory is exhausted.</summary>
    [AllocationFree]
    public bool TryTakePage(out int page)
    {
        if (_freePages == 0 && !HasMorePages())
        {
            Stack?.ReleaseSent();
        }

        if (_freePages != 0)
        {
            page = unchecked(_freePages - 1);
            _freePages = _nextFreePage[page];
            _freePageCount = unchecked(_freePageCount - 1);
        }
        else if (_freeSlots == 0 || !Frame.TryAllocate(FrameFill.Leftover, out Frame frame))
        {
            page = -1;
            return false;
        }
        else
        {
            page = _freeSlots - 1;
            _freeSlots = _nextFreePage[page];
            _frames[page] = frame;
        }

        _references[page] = 1;
        _filled[page] = 0;
        UsedPages = unchecked(UsedPages + 1);
        return true;
    }

    /// <summary>Whether the machine may have a page, though the pool has none: below the limit, and there is memory.</summary>
    private bool HasMorePages() => _freeSlots != 0 && MemoryStatistics.AvailableBytes != 0;

    /// <summary>Takes a page for a device to write into; it never goes back to the machine.</summary>
    [AllocationFree]
    public bool TryTakeDevicePage(out int page)
    {
        bool isTaken = TryTakePage(out page);
        if (isTaken && !_isDevices[page])
        {
            _isDevices[page] = true;
            _frames[page].GiveToDevices();
        }

        return isTaken;
    }

    /// <summary>The page's memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Frame FrameOf(int page) => _frames[page];

    public bool IsShared(int page) => _references[page] > 1;

    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAddReference(int page)
    {
        ref ushort references = ref _references[page];
        if (references == ushort.MaxValue)
        {
            return false;
        }

        references = unchecked((ushort)(references + 1));
        return true;
    }

    [AllocationFree]
    public void ReleasePage(int page)
    {
        // A reference too few is a bug, which must not pass for many of them.
        ref ushort references = ref _references[page];
        if (references != 1)
        {
            references--;
            return;
        }

        references = 0;
        UsedPages = unchecked(UsedPages - 1);
        if (_freePageCount < KeptPages || _isDevices[page])
        {
            _nextFreePage[page] = _freePages;
            _freePages = unchecked(page + 1);
            _freePageCount = unchecked(_freePageCount + 1);
            return;
        }

        _frames[page].Release();
        _frames[page] = Frame.None;
        _nextFreePage[page] = _freeSlots;
        _freeSlots = page + 1;
    }

    /// <summary>Takes an empty packet. False when all are in use.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakePacket(out PacketBuffer packet)
    {
        packet = _freePackets!;
        if (packet == null)
        {
            return false;
        }

        _freePackets = packet.Next;
        UsedPackets = unchecked(UsedPackets + 1);
        packet.Reset();
        return true;
    }

    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Return(PacketBuffer packet)
    {
        packet.Next = _freePackets;
        _freePackets = packet;
        UsedPackets = unchecked(UsedPackets - 1);
    }

    private bool TryMakePackets(int count)
    {
        int page = -1;
        for (int i = 0; i < count; i++)
        {
            int slot = i % PacketBuffer.HeadersInPage;
            if (slot == 0 && !TryTakePage(out page))
            {
                return false;
            }

            _freePackets = new PacketBuffer(this, page, slot * PacketBuffer.HeaderRoom) { Next = _freePackets };
        }

        PacketCount = count;
        return true;
    }
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Memory;

public sealed class HugePageMapTests
{
    private const ulong PageBytes = 4096;
    private const ulong Huge = PageSize.HugeBytes;
    private const PageAccess ReadWrite = PageAccess.Read | PageAccess.Write;
    private static readonly VirtAddr s_base = new(0x20_0000_0000);
    private readonly MemoryPolicy _policy = new();
    private readonly MemoryMap _map;

    public HugePageMapTests()
    {
        HostedMachine.Start(memoryBytes: 128 << 20);
        _map = MemoryMap.Create(_policy).Value;
    }

    [Fact]
    public void Memory_that_is_used_throughout_gets_huge_pages_and_little_used_memory_does_not()
    {
        MapAt(s_base, 4 * Huge);
        Touch(s_base, 16);
        Assert.Equal(0UL, _map.Space.HugePages);
        Assert.True(_map.Space.TryWrite(s_base + Huge + 12345, 1));
        Assert.Equal(1UL, _map.Space.HugePages);
        Assert.True(_map.Space.TryWrite(s_base + (100 * PageBytes), 1)); // small pages are there already
        Assert.Equal(1UL, _map.Space.HugePages);
        ResidentSizes sizes = _map.MeasureResident();
        Assert.Equal(Huge, sizes.Huge);
        Assert.Equal(Huge + (17 * PageBytes), sizes.Anonymous);
    }

    [Fact]
    public void Advice_and_settings_decide()
    {
        MapAt(s_base, 4 * Huge);
        Assert.Equal(Errno.None, _map.Advise(s_base, Huge, MemoryAdvice.HugePage));
        Assert.Equal(Errno.None, _map.Advise(s_base + (3 * Huge), Huge, MemoryAdvice.NoHugePage));
        Assert.True(_map.Space.TryWrite(s_base + 5, 1));
        Assert.Equal(1UL, _map.Space.HugePages);
        Touch(s_base + (3 * Huge), 40);
        Assert.Equal(1UL, _map.Space.HugePages);

        _policy.HugePages = HugePageMode.Advised;
        Touch(s_base + Huge, 40);
        Assert.Equal(1UL, _map.Space.HugePages);
        Assert.False(_map.IsHugePageEligible(_map.Find(s_base + Huge)!));
        Assert.Equal(Errno.None, _map.Advise(s_base + (2 * Huge), Huge, MemoryAdvice.HugePage));
        Assert.True(_map.Space.TryWrite(s_base + (2 * Huge), 1));
        Assert.Equal(2UL, _map.Space.HugePages);

        _policy.HugePages = HugePageMode.Never;
        _map.Unmap(s_base, Huge);
        MapAt(s_base, Huge);
        Assert.Equal(Errno.None, _map.Advise(s_base, Huge, MemoryAdvice.HugePage));
        Assert.True(_map.Space.TryWrite(s_base, 1));
        Assert.Equal(1UL, _map.Space.HugePages);

        _policy.HugePages = HugePageMode.Always;
        _map.IsHugePagesOff = true;
        Assert.False(_map.IsHugePageEligible(_map.Find(s_base)!));
    }

    [Fact]
    public void A_small_machine_uses_small_pages()
    {
        HostedMachine.Start(memoryBytes: 24 << 20);
        MemoryMap map = MemoryMap.Create(_policy).Value;
        Assert.True(map.Map(new MapRequest { Address = s_base, Length = 4 * Huge, Placement = MapPlacement.Fixed, Protection = ReadWrite }).IsOk);
        Assert.Equal(Errno.None, map.Advise(s_base, 4 * Huge, MemoryAdvice.HugePage));
        Assert.True(map.Space.TryWrite(s_base, 1));
        Assert.Equal(1UL, map.Space.ResidentPages);
    }

    [Fact]
    public void Random_operations_agree_with_a_page_by_page_model()
    {
        const int Pages = 4 * 512;
        for (int seed = 0; seed < 10; seed++)
        {
            HostedMachine.Start(memoryBytes: 128 << 20);
            MemoryMap map = MemoryMap.Create(_policy).Value;
            ulong before = MemoryStatistics.AvailableBytes;
            Assert.True(map.Map(new MapRequest { Address = s_base, Length = Pages * PageBytes, Placement = MapPlacement.Fixed, Protection = ReadWrite }).IsOk);
            Assert.Equal(Errno.None, map.Advise(s_base, Pages * PageBytes, MemoryAdvice.HugePage));
            Random random = new(seed);
            byte[] contents = new byte[Pages];
            bool[] writable = new bool[Pages];
            Array.Fill(writable, true);
            for (int region = 0; region < 4; region++)
            {
                // Reading first would map pages of zeros, small ones.
                Assert.True(map.Space.TryWrite(s_base + ((ulong)region * Huge) + 9, (byte)1));
                contents[region * 512] = 1;
            }

            Assert.Equal(4UL, map.Space.HugePages);
            for (int step = 0; step < 400; step++)
            {
                bool aligned = random.Next(3) == 0;
                int first = aligned ? random.Next(4) * 512 : random.Next(Pages);
                int count = aligned ? 512 : random.Next(1, Math.Min(600, Pages - first) + 1);
                VirtAddr start = new(s_base.Value + ((ulong)first * PageBytes));
                ulong length = (ulong)count * PageBytes;
                switch (random.Next(5))
                {
                    case 0:
                        Assert.Equal(Errno.None, map.Advise(start, length, MemoryAdvice.DontNeed));
                        Array.Clear(contents, first, count);
                        break;
                    case 1:
                        bool writes = random.Next(3) != 0;
                        Assert.Equal(Errno.None, map.Protect(start, length, writes ? ReadWrite : PageAccess.Read));
                        Array.Fill(writable, writes, first, count);
                        break;
                    case 2:
                        // There and back: the place in between is aligned in half of the cases.
                        VirtAddr away = new(0x30_0000_0000 + (ulong)(random.Next(2) * 4096));
                        if (IsOneArea(map, start, length))
                        {
                            Assert.True(map.Remap(start, length, length, RemapFlags.MayMove | RemapFlags.Fixed, away).IsOk);
                            Assert.True(map.Remap(away, length, length, RemapFlags.MayMove | RemapFlags.Fixed, start).IsOk);
                        }

                        break;
                    default:
                        int page = first + random.Next(count);
                        byte value = (byte)random.Next(1, 256);
                        Assert.Equal(writable[page], map.Space.TryWrite(s_base + ((ulong)page * PageBytes) + 9, value));
                        contents[page] = writable[page] ? value : contents[page];
                        break;
                }

                int looked = random.Next(Pages);
                Assert.True(map.Space.TryRead(s_base + ((ulong)looked * PageBytes) + 9, out byte seen));
                Assert.Equal(contents[looked], seen);
            }

            for (int i = 0; i < Pages; i++)
            {
                Assert.True(map.Space.TryRead(s_base + ((ulong)i * PageBytes) + 9, out byte seen));
                Assert.Equal(contents[i], seen);
            }

            map.Clear();
            Assert.Equal(0UL, map.Space.ResidentPages);
            Assert.Equal(0UL, map.Space.HugePages);
            map.Release();
            Assert.InRange(MemoryStatistics.AvailableBytes, before, before + (2 * PageBytes)); // the page of zeros and the root too
        }
    }

    private static bool IsOneArea(MemoryMap map, VirtAddr start, ulong length) => map.Find(start) is { } area && area.End.Value >= start.Value + length;

    private void MapAt(VirtAddr start, ulong length) =>
        Assert.True(_map.Map(new MapRequest { Address = start, Length = length, Placement = MapPlacement.Fixed, Protection = ReadWrite }).IsOk);

    private void Touch(VirtAddr start, int pages)
    {
        for (int i = 0; i < pages; i++)
        {
            Assert.True(_map.Space.TryWrite(start + ((ulong)i * PageBytes), (byte)1));
        }
    }
}

using System;
using Mote.Kernel.Filters;
using Xunit;

namespace Mote.Tests.Unit.Filters;

/// <summary>Classic BPF: what is allowed and what it computes. tests/Guest/c/socketfilters.c compares the rest with Linux.</summary>
public sealed class FilterProgramTests
{
    private static readonly FilterInstruction s_return = new(FilterCode.ReturnAccumulator, 0, 0, 0);

    [Fact]
    public void A_program_ends_with_an_answer()
    {
        Assert.False(FilterProgram.TryCreate([], out _));
        Assert.False(FilterProgram.TryCreate([new(FilterCode.LoadConstant, 0, 0, 1)], out _));
        Assert.False(FilterProgram.TryCreate(new FilterInstruction[FilterProgram.MaximumLength + 1], out _));
        Assert.True(FilterProgram.TryCreate([s_return], out _));
    }

    [Theory]
    [InlineData(FilterCode.Divide, 0u, false)]
    [InlineData(FilterCode.Divide, 1u, true)]
    [InlineData(FilterCode.ShiftLeft, 32u, false)]
    [InlineData(FilterCode.ShiftLeft, 31u, true)]
    [InlineData(FilterCode.Store, 16u, false)]
    [InlineData(FilterCode.Jump, 1u, false)]
    [InlineData(FilterCode.Jump, 0u, true)]
    [InlineData(FilterCode.LoadWord, 0xffff_f001u, false)]
    [InlineData(FilterCode.LoadWord, 0xffff_f03cu, true)]
    [InlineData(FilterCode.LoadMemory, 0u, false)]
    [InlineData((FilterCode)0x85, 0u, false)]
    [InlineData((FilterCode)0x8000, 0u, false)]
    public void An_instruction_is_allowed_or_not(FilterCode code, uint value, bool isAllowed) =>
        Assert.Equal(isAllowed, FilterProgram.TryCreate([new(code, 0, 0, value), s_return], out _));

    [Fact]
    public void Memory_is_read_only_where_every_way_has_written_it()
    {
        FilterInstruction branch = new(FilterCode.JumpEqual, 1, 0, 0);
        FilterInstruction store = new(FilterCode.Store, 0, 0, 3);
        FilterInstruction load = new(FilterCode.LoadMemory, 0, 0, 3);
        Assert.False(FilterProgram.TryCreate([branch, store, load, s_return], out _));
        Assert.True(FilterProgram.TryCreate([store, branch, store, load, s_return], out _));
    }

    [Theory]
    [InlineData(FilterCode.LoadHalf, 1u, 0x0203u)]
    [InlineData(FilterCode.LoadWord, 0u, 0x0102_0304u)]
    [InlineData(FilterCode.LoadByte, 3u, 4u)]
    [InlineData(FilterCode.LoadByte, 4u, 0u)]
    [InlineData(FilterCode.LoadHalf, 3u, 0u)]
    [InlineData(FilterCode.LoadLength, 0u, 4u)]
    [InlineData(FilterCode.LoadWord, 0xffff_f004u, 4u)]
    [InlineData(FilterCode.LoadWord, 0xffff_f008u, 0u)]
    public void Loads_are_big_endian_and_end_the_program_beyond(FilterCode code, uint value, uint expected)
    {
        Assert.True(FilterProgram.TryCreate([new(code, 0, 0, value), s_return], out FilterProgram? program));
        Assert.Equal(expected, program.Run(new Input([1, 2, 3, 4])));
    }

    [Fact]
    public void The_longest_program_of_jumps_ends()
    {
        FilterInstruction[] steps = new FilterInstruction[FilterProgram.MaximumLength];
        Array.Fill(steps, new FilterInstruction(FilterCode.JumpEqualIndex, 0, 0, 0));
        steps[^1] = new FilterInstruction(FilterCode.Return, 0, 0, 77);
        Assert.True(FilterProgram.TryCreate(steps, out FilterProgram? program));
        Assert.Equal(77u, program.Run(new Input([])));
    }

    [Fact]
    public void Random_programs_that_are_allowed_end()
    {
        Random random = new(1);
        int allowed = 0;
        Span<byte> bytes = stackalloc byte[FilterInstruction.Bytes];
        for (int round = 0; round < 20_000; round++)
        {
            FilterInstruction[] steps = new FilterInstruction[random.Next(1, 12)];
            for (int i = 0; i < steps.Length; i++)
            {
                random.NextBytes(bytes);
                bytes[1] = 0;
                bytes[0] = (byte)(bytes[0] & 0xbf);
                bytes[2] &= 3;
                bytes[3] &= 3;
                bytes[5..].Clear();
                steps[i] = FilterInstruction.Read(bytes);
            }

            steps[^1] = s_return;
            if (FilterProgram.TryCreate(steps, out FilterProgram? program))
            {
                allowed++;
                _ = program.Run(new Input([1, 2, 3, 4, 5]));
            }
        }

        Assert.True(allowed > 100);
    }

    private readonly struct Input(byte[] bytes) : IFilterInput
    {
        public int Length => bytes.Length;

        public bool TryLoad(int offset, int size, out uint value)
        {
            value = 0;
            if (offset < 0 || offset > bytes.Length - size)
            {
                return false;
            }

            for (int i = 0; i < size; i++)
            {
                value = value << 8 | bytes[offset + i];
            }

            return true;
        }

        public bool TryGet(FilterExtra extra, uint accumulator, uint index, out uint value)
        {
            value = (uint)extra;
            return extra != FilterExtra.Interface;
        }
    }
}

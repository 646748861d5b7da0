using System;
using System.Diagnostics.CodeAnalysis;

namespace Mote.Kernel.Filters;

/// <summary>
/// A program of classic BPF (Documentation/networking/filter.rst) that was checked: jumps go forward and stay inside, it ends with an
/// answer, no memory is read that was not written, so that it ends after
/// as many steps as it has instructions and reads nothing but its input. The checks are those of bpf_check_classic in net/core/filter.c.
/// </summary>
public sealed class FilterProgram
{
    /// <summary>BPF_MAXINSNS.</summary>
    public const int MaximumLength = 4096;

    /// <summary>SKF_AD_OFF, SKF_NET_OFF and SKF_LL_OFF.</summary>
    public const int ExtraOffset = -0x1000;
    public const int NetworkOffset = -0x10_0000;
    public const int LinkOffset = -0x20_0000;

    /// <summary>BPF_MEMWORDS.</summary>
    private const int MemoryWords = 16;
    private const int WordBits = 32;
    private const uint LastExtra = (uint)FilterExtra.VlanProtocol;

    private readonly FilterInstruction[] _instructions;

    private FilterProgram(FilterInstruction[] instructions) => _instructions = instructions;

    public ReadOnlySpan<FilterInstruction> Instructions => _instructions;

    /// <summary>False for a program that is not allowed (EINVAL). The instructions are the caller's no more.</summary>
    public static bool TryCreate(FilterInstruction[] instructions, [NotNullWhen(true)] out FilterProgram? program)
    {
        program = null;
        if (instructions.Length is 0 or > MaximumLength)
        {
            return false;
        }

        for (int at = 0; at < instructions.Length; at++)
        {
            if (!IsAllowed(instructions[at], instructions.Length - at - 1))
            {
                return false;
            }
        }

        if (instructions[^1].Code is not (FilterCode.Return or FilterCode.ReturnAccumulator) || !ReadsWhatIsWritten(instructions))
        {
            return false;
        }

        program = new FilterProgram(instructions);
        return true;
    }

    /// <summary>Runs it: how many bytes of a packet are kept, none for zero; to others whatever it means to them.</summary>
    public uint Run<TInput>(in TInput input)
        where TInput : struct, IFilterInput
    {
        Span<uint> memory = stackalloc uint[MemoryWords];
        memory.Clear();
        uint accumulator = 0;
        uint index = 0;
        for (int at = 0; at < _instructions.Length; at++)
        {
            FilterInstruction step = _instructions[at];
            uint value = step.Value;
            switch (step.Code)
            {
                case FilterCode.Return:
                    return value;
                case FilterCode.ReturnAccumulator:
                    return accumulator;
                case FilterCode.LoadWord or FilterCode.LoadHalf or FilterCode.LoadByte when value >= unchecked((uint)ExtraOffset):
                    FilterExtra extra = (FilterExtra)(value - unchecked((uint)ExtraOffset));
                    if (extra == FilterExtra.XorIndex)
                    {
                        accumulator ^= index;
                    }
                    else if (!input.TryGet(extra, accumulator, index, out accumulator))
                    {
                        return 0;
                    }

                    break;
                case FilterCode.LoadWord or FilterCode.LoadHalf or FilterCode.LoadByte:
                    if (!input.TryLoad(unchecked((int)value), SizeOf(step.Code), out accumulator))
                    {
                        return 0;
                    }

                    break;
                case FilterCode.LoadWordAtIndex or FilterCode.LoadHalfAtIndex or FilterCode.LoadByteAtIndex:
                    if (!input.TryLoad(unchecked((int)(index + value)), SizeOf(step.Code), out accumulator))
                    {
                        return 0;
                    }

                    break;
                case FilterCode.IndexHeaderLength:
                    if (!input.TryLoad(unchecked((int)value), 1, out uint first))
                    {
                        return 0;
                    }

                    index = (first & 0xf) * sizeof(uint);
                    break;
                case FilterCode.LoadLength:
                    accumulator = (uint)input.Length;
                    break;
                case FilterCode.IndexLength:
                    index = (uint)input.Length;
                    break;
                case FilterCode.LoadConstant:
                    accumulator = value;
                    break;
                case FilterCode.IndexConstant:
                    index = value;
                    break;
                case FilterCode.LoadMemory:
                    accumulator = memory[(int)value];
                    break;
                case FilterCode.IndexMemory:
                    index = memory[(int)value];
                    break;
                case FilterCode.Store:
                    memory[(int)value] = accumulator;
                    break;
                case FilterCode.StoreIndex:
                    memory[(int)value] = index;
                    break;
                case FilterCode.ToIndex:
                    index = accumulator;
                    break;
                case FilterCode.FromIndex:
                    accumulator = index;
                    break;
                case FilterCode.Jump:
                    at += (int)value;
                    break;
                case FilterCode.JumpEqual or FilterCode.JumpEqualIndex or FilterCode.JumpGreater or FilterCode.JumpGreaterIndex:
                case FilterCode.JumpGreaterOrEqual or FilterCode.JumpGreaterOrEqualIndex or FilterCode.JumpAnyBit
                    or FilterCode.JumpAnyBitIndex:
                    at += Holds(step.Code, accumulator, UsesIndex(step.Code) ? index : value) ? step.WhenTrue : step.WhenFalse;
                    break;
                default:
                    if (!TryCompute(step.Code, UsesIndex(step.Code) ? index : value, ref accumulator))
                    {
                        return 0;
                    }

                    break;
            }
        }

        return 0; // the last one returns
    }

    private static bool IsJump(FilterCode code) => ((uint)code & 7) == 5;

    /// <summary>BPF_X: the second operand is X rather than k.</summary>
    private static bool UsesIndex(FilterCode code) => ((uint)code & 8) != 0;

    private static int SizeOf(FilterCode code) => ((uint)code & 0x18) switch
    {
        0 => sizeof(uint),
        8 => sizeof(ushort),
        _ => sizeof(byte),
    };

    private static bool Holds(FilterCode code, uint accumulator, uint operand) => ((uint)code & 0xf0) switch
    {
        0x10 => accumulator == operand,
        0x20 => accumulator > operand,
        0x30 => accumulator >= operand,
        _ => (accumulator & operand) != 0,
    };

    /// <summary>False when it divides by zero.</summary>
    private static bool TryCompute(FilterCode code, uint operand, ref uint accumulator)
    {
        const int Shift = WordBits - 1;
        uint kind = (uint)code & 0xf0;
        bool isDivision = kind is ((uint)FilterCode.Divide & 0xf0) or ((uint)FilterCode.Modulo & 0xf0);
        if (isDivision && operand == 0)
        {
            return false;
        }

        accumulator = unchecked(kind switch
        {
            0x00 => accumulator + operand,
            0x10 => accumulator - operand,
            0x20 => accumulator * operand,
            0x30 => accumulator / operand,
            0x40 => accumulator | operand,
            0x50 => accumulator & operand,
            0x60 => accumulator << (int)(operand & Shift),
            0x70 => accumulator >> (int)(operand & Shift),
            0x80 => 0 - accumulator,
            0x90 => accumulator % operand,
            _ => accumulator ^ operand,
        });
        return true;
    }

    /// <summary>Whether one instruction is known, and what it names is there. <paramref name="left"/> instructions follow it.</summary>
    private static bool IsAllowed(in FilterInstruction step, int left)
    {
        switch (step.Code)
        {
            case FilterCode.Divide or FilterCode.Modulo:
                return step.Value != 0;
            case FilterCode.ShiftLeft or FilterCode.ShiftRight:
                return step.Value < WordBits;
            case FilterCode.LoadMemory or FilterCode.IndexMemory or FilterCode.Store or FilterCode.StoreIndex:
                return step.Value < MemoryWords;
            case FilterCode.Jump:
                return step.Value < left;
            case FilterCode.JumpEqual or FilterCode.JumpEqualIndex or FilterCode.JumpGreater or FilterCode.JumpGreaterIndex:
            case FilterCode.JumpGreaterOrEqual or FilterCode.JumpGreaterOrEqualIndex or FilterCode.JumpAnyBit or FilterCode.JumpAnyBitIndex:
                return step.WhenTrue < left && step.WhenFalse < left;
            case FilterCode.LoadWord or FilterCode.LoadHalf or FilterCode.LoadByte:
                uint extra = unchecked(step.Value - (uint)ExtraOffset);
                return step.Value < unchecked((uint)ExtraOffset) || (extra <= LastExtra && extra % sizeof(uint) == 0);
            case FilterCode.LoadWordAtIndex or FilterCode.LoadHalfAtIndex or FilterCode.LoadByteAtIndex:
            case FilterCode.LoadConstant or FilterCode.LoadLength or FilterCode.IndexConstant or FilterCode.IndexLength
                or FilterCode.IndexHeaderLength:
            case FilterCode.Add or FilterCode.AddIndex or FilterCode.Subtract or FilterCode.SubtractIndex or FilterCode.Multiply
                or FilterCode.MultiplyIndex:
            case FilterCode.DivideIndex or FilterCode.ModuloIndex or FilterCode.Or or FilterCode.OrIndex or FilterCode.And
                or FilterCode.AndIndex:
            case FilterCode.ShiftLeftIndex or FilterCode.ShiftRightIndex or FilterCode.Negate or FilterCode.Xor or FilterCode.XorIndex:
            case FilterCode.ToIndex or FilterCode.FromIndex or FilterCode.Return or FilterCode.ReturnAccumulator:
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Whether every word of memory that is read was written on all ways that lead there: a bit for each word, and for each instruction
    /// what all jumps to it have written.
    /// </summary>
    private static bool ReadsWhatIsWritten(ReadOnlySpan<FilterInstruction> instructions)
    {
        ushort[] written = new ushort[instructions.Length];
        Array.Fill(written, ushort.MaxValue);
        ushort known = 0;
        for (int at = 0; at < instructions.Length; at++)
        {
            FilterInstruction step = instructions[at];
            known &= written[at];
            switch (step.Code)
            {
                case FilterCode.Store or FilterCode.StoreIndex:
                    known |= (ushort)(1 << (int)step.Value);
                    break;
                case FilterCode.LoadMemory or FilterCode.IndexMemory when (known >> (int)step.Value & 1) == 0:
                    return false;
                case FilterCode.Jump:
                    written[at + 1 + (int)step.Value] &= known;
                    known = ushort.MaxValue;
                    break;
                default:
                    if (IsJump(step.Code))
                    {
                        written[at + 1 + step.WhenTrue] &= known;
                        written[at + 1 + step.WhenFalse] &= known;
                        known = ushort.MaxValue;
                    }

                    break;
            }
        }

        return true;
    }
}

using System;

namespace Mote.Compatibility.Code;

/// <summary>What is known of a register at one place of a function: a few constants it may hold, that it still holds what the caller gave, or nothing.</summary>
internal readonly record struct RegisterValue
{
    /// <summary>How many constants a value may hold.</summary>
    public const int MostConstants = 4;

    private readonly Form _form;
    private readonly int _count;
    private readonly UInt128 _constants;
    private readonly byte _argument;

    private RegisterValue(Form form, int count, UInt128 constants, byte argument)
    {
        _form = form;
        _count = count;
        _constants = constants;
        _argument = argument;
    }

    private enum Form : byte
    {
        Unreached,
        Constants,
        Argument,
        Unknown,
    }

    /// <summary>No way leads here yet.</summary>
    public static RegisterValue Unreached => default;

    public static RegisterValue Unknown => new(Form.Unknown, 0, 0, 0);

    public bool IsArgument => _form == Form.Argument;

    public bool IsConstant => _form == Form.Constants;

    /// <summary>The register of the caller that it still holds.</summary>
    public int Argument => _argument;

    /// <summary>What the register of this number held when the function began.</summary>
    public static RegisterValue OfCaller(int register) => new(Form.Argument, 0, 0, (byte)register);

    /// <summary>A number; one of more than 32 bits is no system call and no set of flags, and counts as unknown.</summary>
    public static RegisterValue Of(ulong number) => number <= uint.MaxValue ? new(Form.Constants, 1, number, 0) : Unknown;

    /// <summary>What is known where two ways meet.</summary>
    public RegisterValue Merge(RegisterValue other)
    {
        if (_form == Form.Unreached || this == other)
        {
            return other;
        }

        if (other._form == Form.Unreached)
        {
            return this;
        }

        if (_form != Form.Constants || other._form != Form.Constants)
        {
            return Unknown;
        }

        RegisterValue merged = this;
        Span<uint> numbers = stackalloc uint[MostConstants];
        foreach (uint number in numbers[..other.CopyConstants(numbers)])
        {
            if (!merged.Holds(number))
            {
                if (merged._count == MostConstants)
                {
                    return Unknown;
                }

                merged = new RegisterValue(Form.Constants, merged._count + 1, merged._constants | ((UInt128)number << (32 * merged._count)), 0);
            }
        }

        return merged;
    }

    /// <summary>The value with another lowest byte.</summary>
    public RegisterValue WithLowByte(byte value) => _form == Form.Unreached ? this : _form == Form.Constants && _count == 1 ? Of((ConstantAt(0) & ~0xffu) | value) : Unknown;

    /// <summary>Writes the constants; returns how many.</summary>
    public int CopyConstants(Span<uint> numbers)
    {
        for (int i = 0; i < _count; i++)
        {
            numbers[i] = ConstantAt(i);
        }

        return _count;
    }

    private uint ConstantAt(int index) => (uint)((_constants >> (32 * index)) & uint.MaxValue);

    private bool Holds(uint number)
    {
        for (int i = 0; i < _count; i++)
        {
            if (ConstantAt(i) == number)
            {
                return true;
            }
        }

        return false;
    }
}

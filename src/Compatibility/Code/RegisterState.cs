using System;
using Iced.Intel;

namespace Mote.Compatibility.Code;

/// <summary>The sixteen general registers at one place of a function.</summary>
internal sealed class RegisterState
{
    private const int Count = 16;

    private readonly RegisterValue[] _values = new RegisterValue[Count];
    private readonly InstructionInfoFactory _usage = new();

    /// <summary>What the caller gave.</summary>
    public static RegisterState AtEntry()
    {
        RegisterState state = new();
        for (int i = 0; i < Count; i++)
        {
            state._values[i] = RegisterValue.OfCaller(i);
        }

        return state;
    }

    public RegisterState Copy()
    {
        RegisterState copy = new();
        _values.CopyTo(copy._values, 0);
        return copy;
    }

    public void Merge(RegisterState other)
    {
        for (int i = 0; i < Count; i++)
        {
            _values[i] = _values[i].Merge(other._values[i]);
        }
    }

    /// <summary>Of a register in the order of encoding: RAX, RCX, RDX, RBX, ...</summary>
    public RegisterValue Of(int register) => _values[register];

    public RegisterValue Of(Register register) => _values[register.GetFullRegister() - Register.RAX];

    /// <summary>The state behind an instruction.</summary>
    public void Run(in Instruction instruction)
    {
        if (instruction.Mnemonic == Mnemonic.Syscall)
        {
            Forget(Register.RAX, Register.RCX, Register.R11);
            return;
        }

        switch (instruction.FlowControl)
        {
            case FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Return:
                Array.Fill(_values, RegisterValue.Unreached);
                return;
            case FlowControl.Call or FlowControl.IndirectCall:
                Forget(Register.RAX, Register.RCX, Register.RDX, Register.RSI, Register.RDI, Register.R8, Register.R9, Register.R10, Register.R11);
                return;
        }

        RegisterValue value = Result(in instruction);
        foreach (UsedRegister used in _usage.GetInfo(in instruction).GetUsedRegisters())
        {
            if (used.Access is OpAccess.Write or OpAccess.ReadWrite or OpAccess.CondWrite or OpAccess.ReadCondWrite && used.Register.IsGPR())
            {
                _values[used.Register.GetFullRegister() - Register.RAX] = value;
            }
        }
    }

    /// <summary>What the instruction leaves in the register that it writes.</summary>
    private RegisterValue Result(in Instruction instruction)
    {
        // musl writes a small number as: xor %eax, %eax; mov $56, %al
        if (instruction.Mnemonic == Mnemonic.Mov && instruction is { OpCount: 2, Op0Kind: OpKind.Register, Op1Kind: OpKind.Immediate8 } && instruction.Op0Register is >= Register.AL and <= Register.R15L and not (>= Register.AH and <= Register.BH))
        {
            return Of(instruction.Op0Register).WithLowByte((byte)instruction.GetImmediate(1));
        }

        if (instruction.OpCount != 2 || instruction.Op0Kind != OpKind.Register || instruction.Op0Register.GetSize() < 4)
        {
            return RegisterValue.Unknown;
        }

        bool fromRegister = instruction.Op1Kind == OpKind.Register && instruction.Op1Register.IsGPR() && instruction.Op1Register.GetSize() >= 4;
        return instruction.Mnemonic switch
        {
            Mnemonic.Mov when instruction.Op1Kind is OpKind.Immediate32 or OpKind.Immediate64 or OpKind.Immediate32to64 => RegisterValue.Of(instruction.GetImmediate(1)),
            Mnemonic.Mov or Mnemonic.Movsxd when fromRegister => Of(instruction.Op1Register),
            Mnemonic.Xor when fromRegister && instruction.Op0Register == instruction.Op1Register => RegisterValue.Of(0),
            Mnemonic.Cmova or Mnemonic.Cmovae or Mnemonic.Cmovb or Mnemonic.Cmovbe or Mnemonic.Cmove or Mnemonic.Cmovne or Mnemonic.Cmovg or Mnemonic.Cmovge or Mnemonic.Cmovl or Mnemonic.Cmovle
                or Mnemonic.Cmovs or Mnemonic.Cmovns when fromRegister => Of(instruction.Op0Register).Merge(Of(instruction.Op1Register)),
            _ => RegisterValue.Unknown,
        };
    }

    private void Forget(params ReadOnlySpan<Register> registers)
    {
        foreach (Register register in registers)
        {
            _values[register - Register.RAX] = RegisterValue.Unknown;
        }
    }
}

using System;
using System.Collections.Generic;
using Iced.Intel;

namespace Mote.Compatibility.Code;

/// <summary>
/// What one function does, read from its instructions: whom it calls or points to, and the numbers of its system calls. Numbers are followed through registers, not through memory.
/// </summary>
internal sealed partial class FunctionScan
{
    private const uint HighestNumber = 0x7fff;

    private readonly CodeFile _file;
    private readonly ulong _start;
    private readonly ulong _end;
    private readonly Func<CallTarget, CallTraits> _traitsOf;
    private readonly List<Instruction> _instructions = [];
    private readonly HashSet<CallTarget> _targets = [];
    private readonly HashSet<ulong> _data = [];
    private readonly HashSet<int> _numbers = [];

    private FunctionScan(CodeFile file, ulong start, ulong end, Func<CallTarget, CallTraits> traitsOf)
    {
        _file = file;
        _start = start;
        _end = end;
        _traitsOf = traitsOf;
    }

    /// <summary>Functions that it calls, jumps to or takes the address of.</summary>
    public IReadOnlyCollection<CallTarget> Targets => _targets;

    /// <summary>Addresses of data that it refers to.</summary>
    public IReadOnlyCollection<ulong> Data => _data;

    /// <summary>Numbers of system calls that it makes, or has a function make that takes the number.</summary>
    public IReadOnlyCollection<int> Numbers => _numbers;

    /// <summary>A system call of it has a number that cannot be told without running it.</summary>
    public bool HasUnknownNumber { get; private set; }

    /// <summary>What its callers give it that ends in a system call.</summary>
    public CallTraits Traits { get; private set; }

    /// <summary>Reads a function.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="end">Behind its last one.</param>
    /// <param name="traitsOf">Says of a function what its <see cref="Traits"/> are.</param>
    public static FunctionScan Read(CodeFile file, ulong start, ulong end, Func<CallTarget, CallTraits> traitsOf)
    {
        FunctionScan scan = new(file, start, end, traitsOf);
        scan.Decode();
        return scan;
    }

    private void Decode()
    {
        Decoder decoder = Decoder.Create(64, new MemoryCodeReader(_file.Code(_start, _end)), _start);
        bool makesCalls = false;
        while (decoder.IP < _end)
        {
            decoder.Decode(out Instruction instruction);
            _instructions.Add(instruction);
            makesCalls |= instruction.Mnemonic == Mnemonic.Syscall;
            Follow(in instruction);
        }

        foreach (CallTarget target in _targets)
        {
            makesCalls |= _traitsOf(target) != default;
        }

        if (makesCalls)
        {
            FollowNumbers();
        }

        _instructions.Clear();
    }

    private void Follow(in Instruction instruction)
    {
        if (TargetOf(in instruction) is { } target)
        {
            _targets.Add(target);
        }
        else if (instruction.IsIPRelativeMemoryOperand)
        {
            AddAddress(instruction.IPRelativeMemoryAddress);
        }
        else if (instruction.Mnemonic == Mnemonic.Mov && instruction.Op1Kind is OpKind.Immediate32 or OpKind.Immediate64 or OpKind.Immediate32to64)
        {
            AddAddress(instruction.GetImmediate(1));
        }
        else if (instruction.MemoryBase == Register.None && instruction.MemoryDisplSize == 4 && instruction.MemoryDisplacement64 != 0)
        {
            AddAddress(instruction.MemoryDisplacement64);
        }
    }

    private void AddAddress(ulong address)
    {
        if (!_file.IsMapped(address))
        {
            return;
        }

        if (!_file.IsCode(address))
        {
            _data.Add(address);
        }
        else if (address != _start && (address < _start || address >= _end) && _file.FunctionAt(address).Start == address)
        {
            _targets.Add(new CallTarget(null, address));
        }
    }

    /// <summary>The function that a call or jump leads to, linkage stubs seen through; null when it stays here or cannot be told.</summary>
    private CallTarget? TargetOf(in Instruction instruction)
    {
        if (instruction.FlowControl is FlowControl.Call or FlowControl.UnconditionalBranch or FlowControl.ConditionalBranch && instruction.Op0Kind == OpKind.NearBranch64)
        {
            ulong address = instruction.NearBranchTarget;
            bool isHere = address > _start && address < _end;
            return isHere || !_file.IsCode(address) ? null : Stub(address) ?? new CallTarget(null, address);
        }

        return instruction.FlowControl is FlowControl.IndirectCall or FlowControl.IndirectBranch && instruction.IsIPRelativeMemoryOperand && _file.TryGetSlot(instruction.IPRelativeMemoryAddress, out ElfSlot slot)
            ? SlotTarget(slot)
            : null;
    }

    /// <summary>What a stub of the procedure linkage table jumps to.</summary>
    private CallTarget? Stub(ulong address)
    {
        const int Longest = 16;
        Decoder decoder = Decoder.Create(64, new MemoryCodeReader(_file.Code(address, address + Longest)), address);
        decoder.Decode(out Instruction instruction);
        if (instruction.Mnemonic == Mnemonic.Endbr64)
        {
            decoder.Decode(out instruction);
        }

        return instruction.FlowControl == FlowControl.IndirectBranch && instruction.IsIPRelativeMemoryOperand && _file.TryGetSlot(instruction.IPRelativeMemoryAddress, out ElfSlot slot)
            ? SlotTarget(slot)
            : null;
    }

    private CallTarget? SlotTarget(ElfSlot slot) =>
        slot.Import != null ? new CallTarget(slot.Import, 0) : _file.IsCode(slot.Target) ? new CallTarget(null, slot.Target) : null;

    // Forward through the code, twice, so that what a loop brings back is seen.
    private void FollowNumbers()
    {
        Dictionary<ulong, RegisterState> arriving = [];
        for (int pass = 0; pass < 2; pass++)
        {
            RegisterState state = RegisterState.AtEntry();
            foreach (Instruction instruction in _instructions)
            {
                if (arriving.TryGetValue(instruction.IP, out RegisterState? other))
                {
                    state.Merge(other);
                }

                if (instruction.Mnemonic == Mnemonic.Syscall)
                {
                    Note(state.Of(Register.RAX), state.Of(Register.RDI));
                }
                else if (TargetOf(in instruction) is { } target && _traitsOf(target) is var traits && traits != default)
                {
                    NoteCall(traits, state);
                }

                if (instruction.FlowControl is FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch && instruction.Op0Kind == OpKind.NearBranch64)
                {
                    Arrive(arriving, instruction.NearBranchTarget, state);
                }

                state.Run(in instruction);
            }
        }
    }

    private void Arrive(Dictionary<ulong, RegisterState> arriving, ulong target, RegisterState state)
    {
        if (target >= _start && target < _end)
        {
            if (arriving.TryGetValue(target, out RegisterState? there))
            {
                there.Merge(state);
            }
            else
            {
                arriving.Add(target, state.Copy());
            }
        }
    }

    private void NoteCall(CallTraits callee, RegisterState state)
    {
        if (callee.Number is int register)
        {
            Note(state.Of(register), callee.First is int first ? state.Of(first) : RegisterValue.Unknown);
        }

        if (callee.Flags is int flags)
        {
            NoteFlags(state.Of(flags));
        }

        if (callee.FlagsAbove > 0)
        {
            NoteStoredFlags(callee.FlagsAbove);
        }
    }

    private void Note(RegisterValue number, RegisterValue first)
    {
        if (number.IsConstant)
        {
            Span<uint> constants = stackalloc uint[RegisterValue.MostConstants];
            foreach (uint constant in constants[..number.CopyConstants(constants)])
            {
                if (constant > HighestNumber)
                {
                    HasUnknownNumber = true;
                    continue;
                }

                _numbers.Add((int)constant);
                if (constant == ProcessFlags.Clone)
                {
                    NoteFlags(first);
                }
                else if (constant == ProcessFlags.Clone3)
                {
                    NoteStoredFlags(0);
                }
            }
        }
        else if (number.IsArgument)
        {
            // syscall(2) takes the call's arguments behind the number. One that reads them by va_arg(3) has them in memory in between.
            Traits = Traits with { Number = number.Argument, First = first.IsArgument ? first.Argument : ArgumentBehind(number.Argument) };
        }
        else if (number != RegisterValue.Unreached)
        {
            HasUnknownNumber = true;
        }
    }

    // System V AMD64 ABI, 3.2.3: RDI, RSI, RDX, RCX, R8, R9.
    private static int? ArgumentBehind(int register)
    {
        ReadOnlySpan<int> order = [7, 6, 2, 1, 8, 9];
        int at = order.IndexOf(register);
        return at >= 0 && at + 1 < order.Length ? order[at + 1] : null;
    }
}

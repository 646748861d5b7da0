using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>The dispatcher's walk over the frames of managed methods (System.Runtime.StackFrameIterator).</summary>
// SAFETY: the class library passes an iterator inside an ExInfo of its own stack; its registers point into frames
// above, which stay until the dispatch ends.
[StructLayout(LayoutKind.Explicit, Size = 0x168)]
internal unsafe struct StackFrameIterator
{
    private const uint NoClause = 0xffffffff;

    // FUNCLET_DISPLAY in Arch/X64/Exceptions.S.
    private const int FuncletDisplayOffset = 0x08;

    [FieldOffset(0x10)]
    private nint _framePointer;

    // An address inside the instruction at which the frame stands: a return address less one.
    [FieldOffset(0x18)]
    private nint _controlPc;

    [FieldOffset(0x20)]
    private RegisterDisplay _registers;

    [FieldOffset(0x158)]
    private nint _originalControlPc;

    /// <summary>Where the frame stands.</summary>
    public readonly nint ControlPc => _controlPc;

    // SAFETY: labels in Arch/X64/Exceptions.S behind the calls of funclets; only their addresses are used.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpMoteCatchFuncletReturn")]
    private static extern void CatchFuncletReturn();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpMoteFinallyFuncletReturn")]
    private static extern void FinallyFuncletReturn();

    /// <summary>Starts at the method that throws.</summary>
    [RuntimeExport("RhpSfiInit")]
    public static bool Init(StackFrameIterator* self, LimitedContext* context, bool instructionFault, bool* intercepted)
    {
        if (intercepted != null)
        {
            *intercepted = false;
        }

        if (context == null)
        {
            Panic.Fail("a stack walk without a context"u8);
        }

        *self = default;
        self->_registers.Load(context);
        self->SetPosition(instructionFault);
        return FrameDescription.Find(self->_controlPc, out _);
    }

    /// <summary>Goes on to the caller.</summary>
    /// <param name="self">The walk.</param>
    /// <param name="collidedClause">Where the walk runs into the dispatcher of an earlier exception, which runs a handler: the
    /// index of that handler's clause, and the walk goes on behind it in the method that the handler belongs to.</param>
    /// <param name="unwoundReversePInvoke">Whether the walk left managed code.</param>
    /// <param name="intercepted">For debuggers.</param>
    /// <returns>Whether there is one.</returns>
    [RuntimeExport("RhpSfiNext")]
    public static bool Next(StackFrameIterator* self, uint* collidedClause, bool* unwoundReversePInvoke, bool* intercepted)
    {
        if (collidedClause != null)
        {
            *collidedClause = NoClause;
        }

        if (unwoundReversePInvoke != null)
        {
            *unwoundReversePInvoke = false;
        }

        if (intercepted != null)
        {
            *intercepted = false;
        }

        if (!FrameDescription.Find(self->_controlPc, out FrameDescription description))
        {
            return false;
        }

        // Managed code that native code called: what lies behind has no handlers.
        if (description.MethodData != null && new MethodData(description).IsReversePInvoke)
        {
            if (unwoundReversePInvoke != null)
            {
                *unwoundReversePInvoke = true;
            }

            return false;
        }

        // The first function of a stack has no caller; then nothing catches the exception.
        if (!Unwinder.Step(ref description, self->_controlPc, &self->_registers, isChecked: false))
        {
            return false;
        }

        nint ip = self->_registers.Ip;
        if (ip == (nint)(delegate*<void>)&CatchFuncletReturn || ip == (nint)(delegate*<void>)&FinallyFuncletReturn)
        {
            // SAFETY: the address says that this is the frame of Exceptions.S, which keeps the display there, and the display
            // is part of the ExInfo whose dispatcher called the handler.
            byte* display = *(byte**)(self->_registers.Sp + FuncletDisplayOffset);
            ExInfo* earlier = (ExInfo*)(display - ExInfo.DisplayOffset);
            *self = earlier->Frames;
            if (collidedClause != null)
            {
                *collidedClause = earlier->CurrentClause;
            }

            return true;
        }

        self->SetPosition(isExact: false);
        return FrameDescription.Find(self->_controlPc, out _);
    }

    private void SetPosition(bool isExact)
    {
        _originalControlPc = _registers.Ip;
        _controlPc = isExact ? _registers.Ip : _registers.Ip - 1;
        _framePointer = _registers.Sp;
    }
}

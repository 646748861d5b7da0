namespace Mote.Runtime;

/// <summary>A place on a stack, for reports: it moves from callee to caller and trusts nothing that it reads. It must
/// not be copied or moved, because it points into itself.</summary>
// SAFETY: points into itself, and every user keeps it in a local; stack reads are checked.
internal unsafe ref struct StackCursor
{
    private LimitedContext _context;
    private RegisterDisplay _registers;
    private nint _address;
    private bool _isStart;

    /// <summary>Where the current frame goes on when its callee returns; the start's own address at first.</summary>
    public readonly nint Ip => _registers.Ip;

    /// <param name="self">The cursor, on the caller's stack.</param>
    /// <param name="ip">Where the walk starts: an instruction that failed, or a return address.</param>
    /// <param name="rsp">The stack pointer there.</param>
    /// <param name="rbp">The frame pointer there.</param>
    /// <param name="isExact">False for a return address, which may already belong to the next function.</param>
    public static void Start(StackCursor* self, nint ip, nint rsp, nint rbp, bool isExact)
    {
        *self = default;
        self->_context.Ip = ip;
        self->_context.Rsp = rsp;
        self->_context.Rbp = rbp;
        self->_registers.Load(&self->_context);
        self->_address = isExact ? ip : ip - 1;
        self->_isStart = true;
    }

    /// <summary>An address inside the instruction at which the current frame stands.</summary>
    public readonly nint Address => _address;

    /// <summary>Goes to the caller.</summary>
    /// <returns>False at the end, or where the stack makes no sense.</returns>
    public static bool MoveToCaller(StackCursor* self)
    {
        bool isStart = self->_isStart;
        self->_isStart = false;
        if (!FrameDescription.Find(self->_address, out FrameDescription function))
        {
            // A call through a bad pointer leaves its return address on top of the stack and nothing else.
            if (!isStart || !StackBounds.Contains(self->_registers.Sp))
            {
                return false;
            }

            self->_registers.Ip = *(nint*)self->_registers.Sp;
            self->_registers.Sp += sizeof(nint);
        }
        else if (!Unwinder.Step(ref function, self->_address, &self->_registers, isChecked: true))
        {
            return false;
        }

        if (self->_registers.Ip == 0)
        {
            return false;
        }

        self->_address = self->_registers.Ip - 1;
        return true;
    }
}

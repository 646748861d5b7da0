namespace Mote.Runtime;

/// <summary>What an exception object says, read without running any of its code.</summary>
// SAFETY: an object starts with its type, and the class library's exceptions and strings are laid out as the
// constants say.
internal static unsafe class ExceptionText
{
    // System.Exception in the NativeAOT class library: _message is the first field, after the method table. System.String:
    // length, then characters. tests/Runtime holds this.
    private const int MessageOffset = 8;
    private const int LengthOffset = 8;
    private const int CharactersOffset = 12;
    private const int MaxMessage = 1000;

    public static void Write(void* exception)
    {
        MethodTable* type = *(MethodTable**)exception;
        byte* name = LineTable.TypeName(type);
        if (name != null)
        {
            Console.WriteZeroTerminated(name);
        }
        else
        {
            Console.Write("of type "u8);
            Console.WriteHex((ulong)type);
        }

        byte* message = *(byte**)((byte*)exception + MessageOffset);
        if (message != null)
        {
            int length = *(int*)(message + LengthOffset);
            Console.Write(": "u8);
            Console.WriteUtf16((char*)(message + CharactersOffset), length < MaxMessage ? length : MaxMessage);
        }
    }
}

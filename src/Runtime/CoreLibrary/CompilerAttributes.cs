// Attributes that the C# compiler emits or that this runtime uses.

namespace System.Runtime.CompilerServices
{
    public enum MethodImplOptions
    {
        NoInlining = 0x0008,
        AggressiveInlining = 0x0100,
        InternalCall = 0x1000,
    }

    public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute
    {
        public MethodImplOptions Value => options;
    }

    public sealed class IsUnmanaged : Attribute { }

    public sealed class IsVolatile { }

    public sealed class FixedBufferAttribute(Type elementType, int length) : Attribute
    {
        public Type ElementType => elementType;
        public int Length => length;
    }

    public sealed class UnsafeValueTypeAttribute : Attribute { }

    public sealed class CompilerGeneratedAttribute : Attribute { }

    public static class RuntimeFeature
    {
        public const string UnmanagedSignatureCallingConvention = "UnmanagedSignatureCallingConvention";
        public const string NumericIntPtr = "NumericIntPtr";
        public const string ByRefFields = "ByRefFields";
    }

    public static class RuntimeHelpers
    {
        public static int OffsetToStringData => 12;
    }
}

namespace System.Runtime.InteropServices
{
    public enum LayoutKind
    {
        Sequential = 0,
        Explicit = 2,
        Auto = 3,
    }

    public sealed class StructLayoutAttribute(LayoutKind kind) : Attribute
    {
        public LayoutKind Value => kind;
        public int Pack;
        public int Size;
    }

    public sealed class FieldOffsetAttribute(int offset) : Attribute
    {
        public int Value => offset;
    }

    public sealed class OutAttribute : Attribute { }

    public sealed class InAttribute : Attribute { }
}

namespace System.Reflection
{
    public sealed class DefaultMemberAttribute(string memberName) : Attribute
    {
        public string MemberName => memberName;
    }
}

namespace System
{
    public class Type { }
}

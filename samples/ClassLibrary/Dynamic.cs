using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>Code that is made at run time, where the runtime can; functions of the C library.</summary>
internal static partial class Dynamic
{
    public static Task Run(string folder)
    {
        ParameterExpression x = Expression.Parameter(typeof(int));
        Func<int, int> square = Expression.Lambda<Func<int, int>>(Expression.Multiply(x, x), x).Compile();
        Check.Say("expression", square(12));
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            DynamicMethod method = new("add", typeof(int), [typeof(int), typeof(int)]);
            ILGenerator code = method.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Add);
            code.Emit(OpCodes.Ret);
            Check.Say("emitted", method.CreateDelegate<Func<int, int, int>>()(40, 2));
            Check.Say("loaded by name", Type.GetType("System.Xml.XmlDocument, System.Xml.ReaderWriter")?.Name);
        }

        Check.Say("reflection", typeof(Dynamic).GetMethod(nameof(Called), BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [20]));
        Check.Say("libc", $"{Length("seven77")} {ParentProcess() >= 0}");
        int[] numbers = [5, 3, 9, 1];
        unsafe
        {
            fixed (int* first = numbers)
            {
                Sort((nint)first, numbers.Length, sizeof(int), (nint)(delegate* unmanaged<int*, int*, int>)&Compare);
            }
        }

        Check.Say("callbacks", string.Join(' ', numbers));
        return Task.CompletedTask;
    }

    private static int Called(int value) => value + 1;

    [UnmanagedCallersOnly]
    private static unsafe int Compare(int* left, int* right) => *left - *right;

    [LibraryImport("libc", EntryPoint = "strlen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Length(string text);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentProcess();

    [LibraryImport("libc", EntryPoint = "qsort")]
    private static partial void Sort(nint array, nint count, nint size, nint compare);
}

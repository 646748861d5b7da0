using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Mote.Tests.Architecture;

/// <summary>
/// Looks for what the wall forbids in compiled code, whatever source and compiler it came from: pointers, raw memory, native calls, overlapping
/// references, finalizers, mutable statics and banned members.
/// </summary>
internal sealed class IlScan(string bannedSymbolsFile)
{
    private readonly HashSet<string> _bannedTypes = Lines(bannedSymbolsFile, "T:");
    private readonly HashSet<string> _bannedNamespaces = Lines(bannedSymbolsFile, "N:");
    private readonly HashSet<string> _bannedMethods = [.. Lines(bannedSymbolsFile, "M:").Select(text => text.Split('(')[0])];

    public IReadOnlyList<string> Findings(string assemblyPath)
    {
        List<string> findings = [];
        using ModuleDefinition module = ModuleDefinition.ReadModule(assemblyPath);
        foreach (TypeDefinition type in module.GetTypes().Where(type => type.FullName != "<Module>" && !type.FullName.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)))
        {
            Check(type, findings);
        }

        return findings;
    }

    private void Check(TypeDefinition type, List<string> findings)
    {
        if (type.IsExplicitLayout && type.Fields.Where(field => !field.IsStatic).GroupBy(field => field.Offset).Any(group => group.Count() > 1)
            && type.Fields.Any(field => !field.IsStatic && !field.FieldType.IsPrimitive))
        {
            findings.Add($"{type.FullName}: overlapping fields, not all of them numbers");
        }

        foreach (FieldDefinition field in type.Fields)
        {
            if (HasPointer(field.FieldType))
            {
                findings.Add($"{field.FullName}: a pointer");
            }

            if (field.IsStatic && !field.IsInitOnly && !field.IsLiteral && !IsCompilerMade(field) && !IsCompilerMade(type))
            {
                findings.Add($"{field.FullName}: a mutable static");
            }
        }

        foreach (MethodDefinition method in type.Methods)
        {
            Check(method, findings);
        }
    }

    private void Check(MethodDefinition method, List<string> findings)
    {
        if (method.Name == "Finalize" && method.IsVirtual)
        {
            findings.Add($"{method.FullName}: a finalizer");
        }

        if (method.IsPInvokeImpl || method.IsInternalCall || method.IsUnmanaged)
        {
            findings.Add($"{method.FullName}: native code");
        }

        if (HasPointer(method.ReturnType) || method.Parameters.Any(parameter => HasPointer(parameter.ParameterType)))
        {
            findings.Add($"{method.FullName}: a pointer in the signature");
        }

        if (!method.HasBody)
        {
            return;
        }

        if (method.Body.Variables.Any(variable => HasPointer(variable.VariableType)) && !IsStackSpan(method))
        {
            findings.Add($"{method.FullName}: a pointer variable");
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            // localloc is how stackalloc to a Span compiles, which the compiler allows without unsafe; its pointer goes to the Span's constructor only.
            if (instruction.OpCode.Code is Code.Cpblk or Code.Initblk or Code.Calli or Code.Mkrefany or Code.Refanyval or Code.Jmp
                || (instruction.OpCode.Code == Code.Localloc && !IsStackSpan(method)))
            {
                findings.Add($"{method.FullName}: {instruction.OpCode.Name}");
            }

            if (instruction.Operand is MemberReference member && Banned(member) is string banned && !IsCompilerMade(method) && !IsGeneratedRecordMember(method))
            {
                findings.Add($"{method.FullName}: uses {banned}");
            }
        }
    }

    private string? Banned(MemberReference member)
    {
        TypeReference? type = member as TypeReference ?? member.DeclaringType;
        if (type is null)
        {
            return null;
        }

        type = type.GetElementType();
        if (member is MethodReference && _bannedMethods.Contains($"{type.FullName}.{member.Name}"))
        {
            return member.FullName;
        }

        // typeof(T) and what the compiler emits for records, patterns and inline arrays go through these.
        if (type.FullName is "System.Type" && member.Name is "GetTypeFromHandle" or "op_Equality" or "op_Inequality")
        {
            return null;
        }

        return _bannedTypes.Contains(type.FullName) || _bannedNamespaces.Contains(type.Namespace) ? member.FullName : null;
    }

    private static bool IsStackSpan(MethodDefinition method) => method.Body.Instructions.Any(i =>
        i.OpCode.Code == Code.Newobj && i.Operand is MethodReference { DeclaringType.FullName: string name } && (name.StartsWith("System.Span`1", StringComparison.Ordinal) || name.StartsWith("System.ReadOnlySpan`1", StringComparison.Ordinal)));

    private static bool HasPointer(TypeReference type) => type switch
    {
        PointerType or FunctionPointerType => true,
        GenericInstanceType generic => generic.GenericArguments.Any(HasPointer),
        TypeSpecification specification => HasPointer(specification.ElementType),
        _ => false,
    };

    /// <summary>Members with names that no source can write, and InlineArray accessors, which the compiler builds from Unsafe.</summary>
    private static bool IsCompilerMade(MemberReference member) => member.FullName.Contains('<', StringComparison.Ordinal) && member.FullName.Contains(">", StringComparison.Ordinal)
        && (member.Name.StartsWith('<') || (member.DeclaringType?.Name.StartsWith('<') ?? false));

    private static bool IsGeneratedRecordMember(MethodDefinition method) =>
        method.CustomAttributes.Any(a => a.AttributeType.Name == "CompilerGeneratedAttribute") || method.Name is "PrintMembers" or "get_EqualityContract";

    private static HashSet<string> Lines(string path, string prefix) =>
        [.. File.ReadAllLines(path).Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..].Split(';')[0])];
}

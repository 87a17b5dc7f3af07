// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace LbEngine.Tests.Architecture.Uses;

/// <summary>Every way in which one type can use another. Only read as metadata, never run.</summary>
[SuppressMessage("Performance", "CA1859", Justification = "Samples of use, not of speed.")]
internal static class UseSamples
{
    internal interface IUsed;

    internal class Base;

    internal sealed class Used
    {
        public static readonly int Field = 1.GetHashCode();

        public static int Call() => 1;
    }

    [AttributeUsage(AttributeTargets.All)]
    internal sealed class UsedAttribute : Attribute;

    internal sealed class UsedException : Exception;

    internal sealed class ByBase : Base;

    internal sealed class ByInterface : IUsed;

    internal sealed class ByField
    {
        public Used? Field;

        public void Clear() => Field = null;
    }

    internal sealed class ByProperty
    {
        public Used? Property { get; set; }
    }

    internal sealed class ByParameter
    {
        public static bool Test(Used? used) => used is null;
    }

    internal sealed class ByResult
    {
        public static Used? Make() => null;
    }

    internal sealed class ByCall
    {
        public static int Test() => Used.Call();
    }

    internal sealed class ByConstructor
    {
        public static object Make() => new Used();
    }

    internal sealed class ByStaticField
    {
        public static int Test() => Used.Field;
    }

    internal sealed class ByTypeOf
    {
        public static Type Test() => typeof(Used);
    }

    internal sealed class ByGenericArgument
    {
        public Dictionary<string, List<Used>>? Field;

        public void Clear() => Field = null;
    }

    internal sealed class ByGenericCall
    {
        public static object Test() => Activator.CreateInstance<Used>();
    }

    internal sealed class ByConstraint
    {
        public static bool Test<T>(T value)
            where T : IUsed => value is null;
    }

    internal sealed class ByArray
    {
        public static object Make() => new Used[2];
    }

    internal sealed class ByAttribute
    {
        [Used]
        public static int Test() => 1;
    }

    internal sealed class ByCatch
    {
        public static int Test(Func<int> run)
        {
            try
            {
                return run();
            }
            catch (UsedException)
            {
                return 0;
            }
        }
    }

    internal sealed class ByCase
    {
        public static int Test(object value) => value switch
        {
            string text => text.Length,
            Used => 1,
            _ => 0,
        };
    }

    internal sealed class ByLambda
    {
        public static Func<object> Make() => static () => new Used();
    }

    internal sealed class ByAsync
    {
        public static async Task<object> MakeAsync()
        {
            await Task.Yield();
            return new Used();
        }
    }
}

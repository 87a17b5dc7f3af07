// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Processes;

/// <summary>The <c>lb</c> that tests start: the one that was built beside them, or the file that <c>LBENGINE_LB</c> names, such as a native one.</summary>
internal static class LbProgram
{
    private const string Variable = "LBENGINE_LB";

    /// <summary>Program and first arguments; what lb is to do comes behind them.</summary>
    public static IReadOnlyList<string> Command { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file
        ? [File.Exists(file) ? Path.GetFullPath(file) : throw new FileNotFoundException($"{Variable} names {file}, which is not there.")]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "lb.dll")];
}

// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.ConsoleHost.Tables;

/// <summary>Numbers of things, for people.</summary>
internal static class Counted
{
    /// <summary>Such as <c>1 connection</c> or <c>2 connections</c>.</summary>
    public static string Of(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}

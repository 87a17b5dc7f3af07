// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema.Rows;

/// <summary>A row that only documents have: it is gone when they are read, so that options have no property for it and nothing to copy or compare.</summary>
internal abstract class DocumentSetting(string name) : Setting<LoadBalancerOptions>(name)
{
    private protected sealed override string Default => "";

    internal sealed override bool IsSet(LoadBalancerOptions options) => false;

    internal sealed override void Copy(LoadBalancerOptions from, LoadBalancerOptions to)
    {
    }

    internal sealed override void Compare(string path, LoadBalancerOptions before, LoadBalancerOptions after, ChangeList changes)
    {
    }

    internal sealed override ConfigurationNode? Write(LoadBalancerOptions options) => null;

    internal sealed override string? Describe(LoadBalancerOptions options) => null;

    private protected sealed override void ValidateValue(string ownPath, LoadBalancerOptions options, ValidationContext context)
    {
    }
}

declare const __SIZES__: Record<'core' | 'simulator', { raw: number; brotli: number }>;
